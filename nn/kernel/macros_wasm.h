// What the assembly of this package shares. A register R is an i64, an address an
// i32. The assembler drops the offset of a V128Store and of an F32Store: what they
// write goes to the address itself.

// NEXT moves a pointer on by a constant, ADD by a register.
#define NEXT(ptr, by) Get ptr; I64Const $(by); I64Add; Set ptr
#define ADD(ptr, reg) Get ptr; Get reg; I64Add; Set ptr

// LESS takes one off a count and goes round again unless it was the last.
#define LESS(count) Get count; I64Const $-1; I64Add; Tee count; I32WrapI64; BrIf $0

#define ZERO(s) V128Const $0, $0; Set s

// MULADD adds to a sum the product, rounded, of V8 and a vector.
#define MULADD(s, b) Get s; Get V8; Get b; F32x4Mul; F32x4Add; Set s

// COLUMNS is MULADD for 4 numbers at an offset from a pointer.
#define COLUMNS(ptr, at, s) Get s; Get V8; Get ptr; I32WrapI64; V128Load $(at); F32x4Mul; F32x4Add; Set s

// PUT writes a vector to c, which R0 holds, and goes on behind it.
#define PUT(s) Get R0; I32WrapI64; Get s; V128Store $0; NEXT(R0, 16)
