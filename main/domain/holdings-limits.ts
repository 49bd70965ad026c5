/** How much one call about holdings may ask for or bring; the window and the command line keep to it before the contract refuses. */
export const holdingsLimits = { pageMax: 200, chunkBytesMax: 1024 * 1024, queryCharsMax: 2_000, topMax: 50, sourcesMax: 1_000 } as const
