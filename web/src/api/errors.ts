import type { Problem } from './types'

/** The server refused: RFC 9457, with a stable `code`. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError'
  readonly problem: Problem

  constructor(problem: Problem) {
    super(`${problem.title}: ${problem.detail}`)
    this.problem = problem
  }

  get code(): string {
    return this.problem.code
  }

  get status(): number {
    return this.problem.status
  }

  /** What is wrong with one field, in the server's words. */
  fault(field: string): string | undefined {
    return this.problem.errors?.find((fault) => fault.field === field)?.message
  }
}

/** No answer came: there is no network, or no server. Whether a write was carried out is not known. */
export class NetworkError extends Error {
  override readonly name = 'NetworkError'
}

/** The problem that an answer carries; one made of its status where the body is not ours, as from a proxy. */
export async function problemOf(response: Response): Promise<ProblemError> {
  const body: unknown = await response.json().catch(() => null)
  if (isProblem(body)) return new ProblemError(body)
  return new ProblemError({
    type: 'about:blank',
    title: response.statusText || 'Unexpected answer',
    status: response.status,
    detail: `The server answered with status ${response.status}.`,
    code: 'unexpected_answer',
  })
}

function isProblem(body: unknown): body is Problem {
  return (
    typeof body === 'object' &&
    body !== null &&
    'code' in body &&
    typeof body.code === 'string' &&
    'status' in body &&
    typeof body.status === 'number' &&
    'title' in body &&
    typeof body.title === 'string' &&
    'detail' in body &&
    typeof body.detail === 'string'
  )
}
