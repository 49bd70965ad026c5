/** Text of documents and models inside of our own Markdown: it must not become headings, links or markup. One line in, one line out. */
export const markdownText = (text: string): string =>
  text
    .replace(/\s+/g, ' ')
    .trim()
    // An underscore inside a word stands for itself.
    .replace(/[\\`*[\]<>#|~&]|(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '\\$&')
    // A list, a rule, or an underline at the start of a line; a number begins a list only with a point or a bracket.
    .replace(/^(\d+)([.)])/, '$1\\$2')
    .replace(/^[-+=]/, '\\$&')
    // Addresses that viewers make links of by themselves.
    .replace(/(?<=\b(?:https?|ftp)):|(?<=\bwww)\./gi, '\\$&')
