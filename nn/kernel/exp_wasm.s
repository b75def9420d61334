//go:build goexperiment.simd && go1.27

#include "textflag.h"
#include "macros_wasm.h"

// The numbers of Exp64, in both lanes.
#define LOG2E V128Const $0x3ff71547652b82fe, $0x3ff71547652b82fe // 1/ln 2
#define HALF V128Const $0x3fe0000000000000, $0x3fe0000000000000 // 0.5
#define LN2HI V128Const $0x3fe62e42fee00000, $0x3fe62e42fee00000 // ln2Hi
#define LN2LO V128Const $0x3dea39ef35793c76, $0x3dea39ef35793c76 // ln2Lo
#define P1 V128Const $0x3fc5555555555555, $0x3fc5555555555555 // p1
#define P2 V128Const $0xbf66c16c16bebd93, $0xbf66c16c16bebd93 // p2
#define P3 V128Const $0x3f11566aaf25de2c, $0x3f11566aaf25de2c // p3
#define P4 V128Const $0xbebbbd41c5d26bf1, $0xbebbbd41c5d26bf1 // p4
#define P5 V128Const $0x3e66376972bea4d0, $0x3e66376972bea4d0 // p5
#define ONE V128Const $0x3ff0000000000000, $0x3ff0000000000000 // 1
#define TWO V128Const $0x4000000000000000, $0x4000000000000000 // 2
#define LEAST V128Const $0xc085e00000000000, $0xc085e00000000000 // -700
#define MOST V128Const $0x4085e00000000000, $0x4085e00000000000 // 700
#define MAGIC V128Const $0x4338000000000000, $0x4338000000000000 // 1.5·2⁵²

// POLY multiplies the polynomial so far by t and adds the next coefficient.
#define POLY(p) Get V5; F64x2Mul; p; F64x2Add

// func expPairs(x unsafe.Pointer, count int) int
//
// Exp64's operations in its order. V0 is x, V1 k, V2 hi, V3 lo, V4 r, V5 t, V6 the
// polynomial and then c.
TEXT ·expPairs(SB), NOSPLIT, $0-24
	I64Load x+0(FP)
	Set R0
	I64Load count+8(FP)
	Set R1
	Block
		Loop
			Get R0
			I32WrapI64
			I64Load $0
			I64x2Splat
			F64x2PromoteLowF32x4
			Set V0

			Get V0
			LEAST
			F64x2Ge
			Get V0
			MOST
			F64x2Le
			V128And
			I64x2AllTrue
			I32Eqz
			BrIf $1

			Get V0
			LOG2E
			F64x2Mul
			HALF
			F64x2Add
			F64x2Floor
			Set V1
			Get V0
			Get V1
			LN2HI
			F64x2Mul
			F64x2Sub
			Set V2
			Get V1
			LN2LO
			F64x2Mul
			Set V3
			Get V2
			Get V3
			F64x2Sub
			Set V4
			Get V4
			Get V4
			F64x2Mul
			Set V5

			P5
			POLY(P4)
			POLY(P3)
			POLY(P2)
			POLY(P1)
			Set V6
			Get V4
			Get V5
			Get V6
			F64x2Mul
			F64x2Sub
			Set V6

			// 1 - ((lo - r·c/(2-c)) - hi)
			ONE
			Get V3
			Get V4
			Get V6
			F64x2Mul
			TWO
			Get V6
			F64x2Sub
			F64x2Div
			F64x2Sub
			Get V2
			F64x2Sub
			F64x2Sub

			// times 2**k: k in the low bits of k + 1.5·2⁵², and that as an exponent.
			Get V1
			MAGIC
			F64x2Add
			V128Const $1023, $1023
			I64x2Add
			I32Const $52
			I64x2Shl
			F64x2Mul
			F32x4DemoteF64x2Zero
			Set V0
			Get R0
			I32WrapI64
			Get V0
			I64x2ExtractLane $0
			I64Store $0

			NEXT(R0, 8)
			LESS(R1)
		End
	End
	Get SP
	Get R1
	I64Store ret+16(FP)
	RET
