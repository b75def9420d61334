//go:build goexperiment.simd && go1.27

#include "textflag.h"

// The inner loops of sparse_wasm.go. R0 to R4 hold c, list, b, step and count, R5 is
// where the entry's row begins; V0 to V7 are the sums, V8 is the entry's value.

#define ADD(ptr, by) Get ptr; I64Const $(by); I64Add; Set ptr
#define LESS(count) Get count; I64Const $-1; I64Add; Tee count; I32WrapI64; BrIf $0
#define ZERO(s) V128Const $0, $0; Set s

#define ARGUMENTS \
	I64Load c+0(FP); Set R0; \
	I64Load list+8(FP); Set R1; \
	I64Load b+16(FP); Set R2; \
	I64Load step+24(FP); Set R3; \
	I64Load count+32(FP); Set R4

#define ENTRY \
	Get R1; I32WrapI64; F32Load $4; F32x4Splat; Set V8; \
	Get R1; I32WrapI64; I64Load32U $0; Get R3; I64Mul; Get R2; I64Add; Set R5

#define COLUMNS(at, s) Get s; Get V8; Get R5; I32WrapI64; V128Load $(at); F32x4Mul; F32x4Add; Set s

#define SAVE(s) Get R0; I32WrapI64; Get s; V128Store $0; ADD(R0, 16)

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
		COLUMNS(0, V0)
		COLUMNS(16, V1)
		COLUMNS(32, V2)
		COLUMNS(48, V3)
		COLUMNS(64, V4)
		COLUMNS(80, V5)
		COLUMNS(96, V6)
		COLUMNS(112, V7)
		ADD(R1, 8)
		LESS(R4)
	End
	SAVE(V0)
	SAVE(V1)
	SAVE(V2)
	SAVE(V3)
	SAVE(V4)
	SAVE(V5)
	SAVE(V6)
	SAVE(V7)
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
		COLUMNS(0, V0)
		COLUMNS(16, V1)
		COLUMNS(32, V2)
		COLUMNS(48, V3)
		ADD(R1, 8)
		LESS(R4)
	End
	SAVE(V0)
	SAVE(V1)
	SAVE(V2)
	SAVE(V3)
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
		COLUMNS(0, V0)
		COLUMNS(16, V1)
		COLUMNS(32, V2)
		COLUMNS(48, V3)
		ADD(R5, 64)
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
