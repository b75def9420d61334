#include "textflag.h"

// A register is an i64; all that is reckoned is an i32, which G gets and S sets.
#define G(r) Get r; I32WrapI64
#define S(r) I64ExtendI32U; Set r

// ROTR3 is the exclusive or of r, rotated right by three numbers: by the least, by the
// least and the second, and by all.
#define ROTR3(r, third, second, least) \
	G(r); I32Const $(third); I32Rotr; G(r); I32Xor; I32Const $(second); I32Rotr; G(r); I32Xor; I32Const $(least); I32Rotr

// ROUND is one round (FIPS 180-4, 6.2.2) with the word and the constant at an offset.
// The majority of a, b and c is b ^ (a^b)&(b^c): new keeps a^b, which is the next
// round's b^c.
#define ROUND(a, b, c, d, e, f, g, h, at, new, old) \
	G(h); G(R10); I32Load $(at); I32Add; G(R11); I32Load $(at); I32Add; \
	ROTR3(e, 14, 5, 6); I32Add; \
	G(e); G(f); G(g); I32Xor; I32And; G(g); I32Xor; I32Add; S(h); \
	G(d); G(h); I32Add; S(d); \
	G(a); G(b); I32Xor; S(new); \
	G(h); ROTR3(a, 9, 11, 2); I32Add; \
	G(new); G(old); I32And; G(b); I32Xor; I32Add; S(h)

// WORD reads a word of the block, whose first byte is the highest.
#define WORD(at) \
	G(R10); G(R8); I32Load $(at); I32Const $8; I32Rotl; I32Const $0x00ff00ff; I32And; \
	G(R8); I32Load $(at); I32Const $8; I32Rotr; I32Const $-16711936; I32And; I32Or; I32Store $(at)

// EXPAND sets the word 16 behind the one at an offset.
#define EXPAND(at) \
	G(R10); \
	G(R10); I32Load $((at)+56); S(R12); \
	G(R12); I32Const $17; I32Rotr; G(R12); I32Const $19; I32Rotr; I32Xor; G(R12); I32Const $10; I32ShrU; I32Xor; \
	G(R10); I32Load $((at)+36); I32Add; \
	G(R10); I32Load $((at)+4); S(R12); \
	G(R12); I32Const $7; I32Rotr; G(R12); I32Const $18; I32Rotr; I32Xor; G(R12); I32Const $3; I32ShrU; I32Xor; I32Add; \
	G(R10); I32Load $(at); I32Add; \
	I32Store $((at)+64)

// NEXT moves a pointer on; LESS takes one off a count and goes round again unless it
// was the last.
#define NEXT(ptr, by) Get ptr; I64Const $(by); I64Add; Set ptr
#define LESS(count) Get count; I64Const $-1; I64Add; Tee count; I32WrapI64; BrIf $0

#define STATE(r, at) G(R15); I32Load $(at); S(r)
#define ADDSTATE(r, at) G(R15); G(R15); I32Load $(at); G(r); I32Add; I32Store $(at)

// func blocks(h, words, constants, p unsafe.Pointer, count int)
//
// R0 to R7 are a to h, whose names go round by one with each of eight rounds; R8 is
// the block, R9 how many are left, R10 its words, R11 the constants, R15 the state.
TEXT ·blocks(SB), NOSPLIT, $0-40
	I64Load h+0(FP)
	Set R15
	I64Load p+24(FP)
	Set R8
	I64Load count+32(FP)
	Set R9
	Loop
		I64Load words+8(FP)
		Set R10
		WORD(0); WORD(4); WORD(8); WORD(12); WORD(16); WORD(20); WORD(24); WORD(28)
		WORD(32); WORD(36); WORD(40); WORD(44); WORD(48); WORD(52); WORD(56); WORD(60)
		NEXT(R8, 64)
		I64Const $3
		Set R14
		Loop
			EXPAND(0); EXPAND(4); EXPAND(8); EXPAND(12); EXPAND(16); EXPAND(20); EXPAND(24); EXPAND(28)
			EXPAND(32); EXPAND(36); EXPAND(40); EXPAND(44); EXPAND(48); EXPAND(52); EXPAND(56); EXPAND(60)
			NEXT(R10, 64)
			LESS(R14)
		End
		I64Load words+8(FP)
		Set R10
		I64Load constants+16(FP)
		Set R11
		STATE(R0, 0)
		STATE(R1, 4)
		STATE(R2, 8)
		STATE(R3, 12)
		STATE(R4, 16)
		STATE(R5, 20)
		STATE(R6, 24)
		STATE(R7, 28)
		G(R1); G(R2); I32Xor; S(R13)
		I64Const $8
		Set R14
		Loop
			ROUND(R0, R1, R2, R3, R4, R5, R6, R7, 0, R12, R13)
			ROUND(R7, R0, R1, R2, R3, R4, R5, R6, 4, R13, R12)
			ROUND(R6, R7, R0, R1, R2, R3, R4, R5, 8, R12, R13)
			ROUND(R5, R6, R7, R0, R1, R2, R3, R4, 12, R13, R12)
			ROUND(R4, R5, R6, R7, R0, R1, R2, R3, 16, R12, R13)
			ROUND(R3, R4, R5, R6, R7, R0, R1, R2, 20, R13, R12)
			ROUND(R2, R3, R4, R5, R6, R7, R0, R1, 24, R12, R13)
			ROUND(R1, R2, R3, R4, R5, R6, R7, R0, 28, R13, R12)
			NEXT(R10, 32)
			NEXT(R11, 32)
			LESS(R14)
		End
		ADDSTATE(R0, 0)
		ADDSTATE(R1, 4)
		ADDSTATE(R2, 8)
		ADDSTATE(R3, 12)
		ADDSTATE(R4, 16)
		ADDSTATE(R5, 20)
		ADDSTATE(R6, 24)
		ADDSTATE(R7, 28)
		LESS(R9)
	End
	RET
