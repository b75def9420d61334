//go:build goexperiment.simd && go1.27

#include "textflag.h"
#include "macros_wasm.h"

// The inner loops of product_wasm.go, which says what they do and why they are
// written in assembly.

// ROW is MULADD for both sums of a row, with the element of a at R8 in V8.
#define ROW(at, s, t) \
	Get R8; I32WrapI64; F32Load $(at); F32x4Splat; Set V8; \
	MULADD(s, V9); \
	MULADD(t, V10)

// PLUS adds the bias in V9 and V10 to the sums of a row.
#define PLUS(s, t) \
	Get s; Get V9; F32x4Add; Set s; \
	Get t; Get V10; F32x4Add; Set t

// MASK turns to +0 the elements of s where those of y are zero or less.
#define MASK(s, y) Get s; Get y; V128Const $0, $0; F32x4Le; V128Andnot; Set s

// GATE is MASK for a row, by the elements at R9.
#define GATE(s, t) \
	Get R9; I32WrapI64; V128Load $0; Set V9; \
	Get R9; I32WrapI64; V128Load $16; Set V10; \
	MASK(s, V9); \
	MASK(t, V10); \
	ADD(R9, R3)

// SAVE writes the sums of a row to c and goes on to the next row.
#define SAVE(s, t) \
	Get R0; I32WrapI64; Get s; V128Store $0; \
	Get R0; I64Const $16; I64Add; I32WrapI64; Get t; V128Store $0; \
	ADD(R0, R3)

// func tiles(c, a, b, bias, gate unsafe.Pointer, stepC, stepA, nextA, stepB uintptr, k, count int, relu bool)
//
// R0 to R7 hold c, a, b, stepC, stepA, stepB, count and nextA; R8 and R9 are where
// a and b are read, R10 is where b ends. V0 to V7 are the sums, two for a row, V8
// the element of a, V9 and V10 the row of b.
TEXT ·tiles(SB), NOSPLIT, $0-89
	I64Load c+0(FP)
	Set R0
	I64Load a+8(FP)
	Set R1
	I64Load b+16(FP)
	Set R2
	I64Load stepC+40(FP)
	Set R3
	I64Load stepA+48(FP)
	Set R4
	I64Load nextA+56(FP)
	Set R7
	I64Load stepB+64(FP)
	Set R5
	I64Load count+80(FP)
	Set R6
	I64Load bias+24(FP)
	Set R11
	I64Load gate+32(FP)
	Set R12
	I64Load k+72(FP)
	Get R5
	I64Mul
	Get R2
	I64Add
	Set R10

	Loop
		ZERO(V0)
		ZERO(V1)
		ZERO(V2)
		ZERO(V3)
		ZERO(V4)
		ZERO(V5)
		ZERO(V6)
		ZERO(V7)
		Get R1
		Set R8
		Get R2
		Set R9
		Loop
			Get R9
			I32WrapI64
			V128Load $0
			Set V9
			Get R9
			I32WrapI64
			V128Load $16
			Set V10
			ROW(0, V0, V1)
			ROW(4, V2, V3)
			ROW(8, V4, V5)
			ROW(12, V6, V7)
			ADD(R8, R4)
			Get R9
			Get R5
			I64Add
			Tee R9
			Get R10
			I64Ne
			BrIf $0
		End

		Get R11
		I64Const $0
		I64Ne
		If
			Get R11
			I32WrapI64
			V128Load $0
			Set V9
			Get R11
			I32WrapI64
			V128Load $16
			Set V10
			PLUS(V0, V1)
			PLUS(V2, V3)
			PLUS(V4, V5)
			PLUS(V6, V7)
		End
		I64Load8U relu+88(FP)
		I64Const $0
		I64Ne
		If
			MASK(V0, V0)
			MASK(V1, V1)
			MASK(V2, V2)
			MASK(V3, V3)
			MASK(V4, V4)
			MASK(V5, V5)
			MASK(V6, V6)
			MASK(V7, V7)
		End
		Get R12
		I64Const $0
		I64Ne
		If
			Get R12
			Set R9
			GATE(V0, V1)
			GATE(V2, V3)
			GATE(V4, V5)
			GATE(V6, V7)
			Get R9
			Set R12
		End

		SAVE(V0, V1)
		SAVE(V2, V3)
		SAVE(V4, V5)
		SAVE(V6, V7)
		ADD(R1, R7)
		LESS(R6)
	End
	RET

// func row(c, a, b unsafe.Pointer, stepB uintptr, k int)
TEXT ·row(SB), NOSPLIT, $0-40
	I64Load c+0(FP)
	Set R0
	I64Load a+8(FP)
	Set R1
	I64Load b+16(FP)
	Set R2
	I64Load stepB+24(FP)
	Set R3
	I64Load k+32(FP)
	Set R4
	ZERO(V0)
	ZERO(V1)
	ZERO(V2)
	ZERO(V3)
	Loop
		Get R1
		I32WrapI64
		F32Load $0
		F32x4Splat
		Set V8
		COLUMNS(R2, 0, V0)
		COLUMNS(R2, 16, V1)
		COLUMNS(R2, 32, V2)
		COLUMNS(R2, 48, V3)
		NEXT(R1, 4)
		ADD(R2, R3)
		LESS(R4)
	End
	PUT(V0)
	PUT(V1)
	PUT(V2)
	PUT(V3)
	RET

// func copyPanel(dst, src unsafe.Pointer, step uintptr, count int)
TEXT ·copyPanel(SB), NOSPLIT, $0-32
	I64Load dst+0(FP)
	Set R0
	I64Load src+8(FP)
	Set R1
	I64Load step+16(FP)
	Set R2
	I64Load count+24(FP)
	Set R3
	Loop
		Get R0
		I32WrapI64
		Get R1
		I32WrapI64
		V128Load $0
		V128Store $0
		Get R0
		I64Const $16
		I64Add
		I32WrapI64
		Get R1
		I32WrapI64
		V128Load $16
		V128Store $0
		NEXT(R0, 32)
		ADD(R1, R2)
		LESS(R3)
	End
	RET

// MOVE copies the number at src to an offset from R0.
#define MOVE(src, at) \
	Get R0; I64Const $(at); I64Add; I32WrapI64; \
	Get src; I32WrapI64; F32Load $0; F32Store $0; \
	NEXT(src, 4)

// func turn(dst, src unsafe.Pointer, stepDst, stepSrc uintptr, count int)
TEXT ·turn(SB), NOSPLIT, $0-40
	I64Load dst+0(FP)
	Set R0
	I64Load src+8(FP)
	Set R1
	I64Load stepDst+16(FP)
	Set R5
	I64Load stepSrc+24(FP)
	Set R6
	I64Load count+32(FP)
	Set R7
	Get R1
	Get R6
	I64Add
	Set R2
	Get R2
	Get R6
	I64Add
	Set R3
	Get R3
	Get R6
	I64Add
	Set R4
	Loop
		MOVE(R1, 0)
		MOVE(R2, 4)
		MOVE(R3, 8)
		MOVE(R4, 12)
		ADD(R0, R5)
		LESS(R7)
	End
	RET
