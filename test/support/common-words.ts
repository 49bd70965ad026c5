/** Frequent words and word parts that the tests' small tokenizers know whole. */
export const commonWords: readonly string[] = [
  'the of and to in is was for on that by this with from at as are an be not or which it has have were will its his her they their',
  'after before during under over between report reports pump valve pressure water power line north south east west gate road station',
  'crew team shift night morning day week month year hour minute time inspection inspected repair repaired replaced found failed failure',
  'leak alarm sensor engine bridge river supply depot convoy unit order weather wind rain visibility number level high low normal first',
  'second third one two three four five six seven eight nine ten because when where what who how why answer question document page',
].flatMap((line) => line.split(' '))
