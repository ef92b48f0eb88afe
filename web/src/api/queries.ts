import { QueryClient } from '@tanstack/react-query'
import { NetworkError, ProblemError } from './errors'

/** Reads are tried again where that may help; a refusal stays one. */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 10_000,
        retry: (failures, error) =>
          failures < 3 &&
          (error instanceof NetworkError ||
            (error instanceof ProblemError && (error.status === 429 || error.status >= 500))),
      },
      // A write is tried again by whoever made it, with its idempotency key.
      mutations: { retry: false },
    },
  })
}
