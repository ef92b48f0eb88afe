import { CircleAlert } from 'lucide-react'

/** What is wrong with a form as a whole. It has its place from the start, so a screen reader says it when it comes. */
export function FormProblem({ text }: { text: string | undefined }) {
  return (
    <div role="alert" aria-live="assertive">
      {text !== undefined && (
        <p className="mb-4 flex items-start gap-2 rounded-md border border-danger px-3 py-2 text-xs text-danger">
          <CircleAlert size={16} className="mt-px shrink-0" aria-hidden />
          {text}
        </p>
      )}
    </div>
  )
}
