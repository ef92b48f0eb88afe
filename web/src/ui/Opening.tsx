/** Stands for a window that is being loaded: meanwhile keys do nothing to the page below it. */
export function Opening() {
  return <span data-window hidden />
}
