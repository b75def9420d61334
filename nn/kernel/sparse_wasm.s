//go:build goexperiment.simd && go1.27

#include "textflag.h"
#include "macros_wasm.h"

// The inner loops of sparse_wasm.go. R0 to R4 hold c, list, b, step and count, R5 is
// where the entry's row begins; V0 to V7 are the sums, V8 is the entry's value.

#define ARGUMENTS \
	I64Load c+0(FP); Set R0; \
	I64Load list+8(FP); Set R1; \
	I64Load b+16(FP); Set R2; \
	I64Load step+24(FP); Set R3; \
	I64Load count+32(FP); Set R4

#define ENTRY \
	Get R1; I32WrapI64; F32Load $4; F32x4Splat; Set V8; \
	Get R1; I32WrapI64; I64Load32U $0; Get R3; I64Mul; Get R2; I64Add; Set R5

// func combine32(c, list, b unsafe.Pointer, step uintptr, count int)
TEXT ·combine32(SB), NOSPLIT, $0-40
	ARGUMENTS
	ZERO(V0)
	ZERO(V1)
	ZERO(V2)
	ZERO(V3)
	ZERO(V4)
	ZERO(V5)
	ZERO(V6)
	ZERO(V7)
	Loop
		ENTRY
		COLUMNS(R5, 0, V0)
		COLUMNS(R5, 16, V1)
		COLUMNS(R5, 32, V2)
		COLUMNS(R5, 48, V3)
		COLUMNS(R5, 64, V4)
		COLUMNS(R5, 80, V5)
		COLUMNS(R5, 96, V6)
		COLUMNS(R5, 112, V7)
		NEXT(R1, 8)
		LESS(R4)
	End
	PUT(V0)
	PUT(V1)
	PUT(V2)
	PUT(V3)
	PUT(V4)
	PUT(V5)
	PUT(V6)
	PUT(V7)
	RET

// func combine16(c, list, b unsafe.Pointer, step uintptr, count int)
TEXT ·combine16(SB), NOSPLIT, $0-40
	ARGUMENTS
	ZERO(V0)
	ZERO(V1)
	ZERO(V2)
	ZERO(V3)
	Loop
		ENTRY
		COLUMNS(R5, 0, V0)
		COLUMNS(R5, 16, V1)
		COLUMNS(R5, 32, V2)
		COLUMNS(R5, 48, V3)
		NEXT(R1, 8)
		LESS(R4)
	End
	PUT(V0)
	PUT(V1)
	PUT(V2)
	PUT(V3)
	RET

// func allFinite(x unsafe.Pointer, count int) bool
//
// Zero times an infinity or a NaN is a NaN, and stays one in a sum.
TEXT ·allFinite(SB), NOSPLIT, $0-17
	I64Load x+0(FP)
	Set R5
	I64Load count+8(FP)
	Set R4
	ZERO(V0)
	ZERO(V1)
	ZERO(V2)
	ZERO(V3)
	ZERO(V8)
	Loop
		COLUMNS(R5, 0, V0)
		COLUMNS(R5, 16, V1)
		COLUMNS(R5, 32, V2)
		COLUMNS(R5, 48, V3)
		NEXT(R5, 64)
		LESS(R4)
	End
	Get V0
	Get V1
	F32x4Add
	Get V2
	Get V3
	F32x4Add
	F32x4Add
	Set V0
	Get SP
	Get V0
	Get V0
	F32x4Eq
	I32x4AllTrue
	I64ExtendI32U
	I64Store8 ret+16(FP)
	RET
