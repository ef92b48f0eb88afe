/** What can be done, by its keys and by its words. */
export { useCommands } from './useCommands'
