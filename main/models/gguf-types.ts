/** Numbers of the GGUF format: value types and tensor types with their sizes. Nothing else may hold such a table. */

/** Value types of metadata. Sizes in bytes; strings and arrays have no fixed size. */
export const valueType = {
  uint8: 0,
  int8: 1,
  uint16: 2,
  int16: 3,
  uint32: 4,
  int32: 5,
  float32: 6,
  bool: 7,
  string: 8,
  array: 9,
  uint64: 10,
  int64: 11,
  float64: 12,
} as const

const fixedSizes: ReadonlyMap<number, number> = new Map([
  [valueType.uint8, 1],
  [valueType.int8, 1],
  [valueType.uint16, 2],
  [valueType.int16, 2],
  [valueType.uint32, 4],
  [valueType.int32, 4],
  [valueType.float32, 4],
  [valueType.bool, 1],
  [valueType.uint64, 8],
  [valueType.int64, 8],
  [valueType.float64, 8],
])

/** Bytes of one value of this type, or null for strings, arrays and unknown types. */
export const fixedSizeOf = (type: number): number | null => fixedSizes.get(type) ?? null

export interface TensorType {
  readonly name: string
  /** Elements of a block. */
  readonly block: number
  /** Bytes of a block. */
  readonly bytes: number
}

const entry = (name: string, block: number, bytes: number): TensorType => ({ name, block, bytes })

/**
 * Every tensor type that the bundled llama.cpp reads, by number. A number that is missing here was removed from the format or never
 * existed.
 */
export const tensorTypes: ReadonlyMap<number, TensorType> = new Map([
  [0, entry('F32', 1, 4)],
  [1, entry('F16', 1, 2)],
  [2, entry('Q4_0', 32, 18)],
  [3, entry('Q4_1', 32, 20)],
  [6, entry('Q5_0', 32, 22)],
  [7, entry('Q5_1', 32, 24)],
  [8, entry('Q8_0', 32, 34)],
  [9, entry('Q8_1', 32, 36)],
  [10, entry('Q2_K', 256, 84)],
  [11, entry('Q3_K', 256, 110)],
  [12, entry('Q4_K', 256, 144)],
  [13, entry('Q5_K', 256, 176)],
  [14, entry('Q6_K', 256, 210)],
  [15, entry('Q8_K', 256, 292)],
  [16, entry('IQ2_XXS', 256, 66)],
  [17, entry('IQ2_XS', 256, 74)],
  [18, entry('IQ3_XXS', 256, 98)],
  [19, entry('IQ1_S', 256, 50)],
  [20, entry('IQ4_NL', 32, 18)],
  [21, entry('IQ3_S', 256, 110)],
  [22, entry('IQ2_S', 256, 82)],
  [23, entry('IQ4_XS', 256, 136)],
  [24, entry('I8', 1, 1)],
  [25, entry('I16', 1, 2)],
  [26, entry('I32', 1, 4)],
  [27, entry('I64', 1, 8)],
  [28, entry('F64', 1, 8)],
  [29, entry('IQ1_M', 256, 56)],
  [30, entry('BF16', 1, 2)],
  [34, entry('TQ1_0', 256, 54)],
  [35, entry('TQ2_0', 256, 66)],
  [39, entry('MXFP4', 32, 17)],
  [40, entry('NVFP4', 64, 36)],
  [41, entry('Q1_0', 128, 18)],
  [42, entry('Q2_0', 64, 18)],
])

/** Bytes of the token types that `tokenizer.ggml.token_type` may name. */
export const tokenType = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const
export const tokenTypeMax = 6
