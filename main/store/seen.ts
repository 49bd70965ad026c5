/** The filter of a list by labels that may be seen: null lets everything through, and costs nothing. */

/** For a statement with the parameter `:labels`, and the column that holds a row's label. */
export const isSeen = (column: string): string => `(:labels IS NULL OR ${column} IN (SELECT value FROM json_each(:labels)))`

export const seenParameter = (labels: readonly number[] | null | undefined): string | null =>
  labels === null || labels === undefined ? null : JSON.stringify(labels)
