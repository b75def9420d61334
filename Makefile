# The toolchain that every build of Grapevine uses; stock Go 1.26 builds the
# same bits without SIMD.
export GOTOOLCHAIN = go1.27.3
export GOEXPERIMENT = simd

.PHONY: test lint fmt bench

test:
	go vet ./...
	go test ./...
	GOEXPERIMENT= go test ./nn/... ./app/experiment/...

# bench prints the speed of every kernel and of the train step.
bench:
	go test -run '^$$' -bench . ./nn/...

lint:
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "gofmt: the files above are not formatted: run make fmt"; exit 1; }
	GOOS=js GOARCH=wasm go vet ./...
	go tool staticcheck ./...
	GOOS=js GOARCH=wasm go tool staticcheck ./...

fmt:
	gofmt -w .
