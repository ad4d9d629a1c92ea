import { fileURLToPath } from 'node:url'
import type { PolicyCode } from './policy-code.ts'

/** Node does not tell where an imported file is broken; the compiler does. */
export async function findSyntaxError({ sources }: PolicyCode): Promise<string | undefined> {
  const { transformSync } = await import('@swc/wasm-typescript')
  for (const [url, source] of sources) {
    try {
      transformSync(source, { mode: 'strip-only', module: true })
    } catch (error) {
      const { message, startLine, startColumn } = error as Partial<CompilerError>
      if (startLine !== undefined) return `${fileURLToPath(url)}:${startLine}:${(startColumn ?? 0) + 1}: ${message}`
    }
  }
  return undefined
}

interface CompilerError {
  readonly message: string
  /** From 1. */
  readonly startLine: number
  /** From 0. */
  readonly startColumn: number
}
