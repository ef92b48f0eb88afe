/** Gives a file to whoever asked for it, under a name. */
export function saveFile(content: Blob, name: string): void {
  const url = URL.createObjectURL(content)
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  // The browser has taken hold of it once the click is over.
  setTimeout(() => URL.revokeObjectURL(url), 0)
}
