/** What a page does when somebody drops things of these names on its window, as a script for it. */
export const dropping = (...names: readonly string[]): string => `(() => {
  const dataTransfer = new DataTransfer()
  for (const name of ${JSON.stringify(names)}) dataTransfer.items.add(new File([], name))
  for (const type of ['dragenter', 'dragover', 'drop'])
    document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer }))
})()`
