import type { Response as Answer } from 'undici'
import { OutboundFailure } from './outbound-failure.ts'
import type { PurposeRules } from './purposes.ts'

/** The body of a good answer. Anything but 200 with a fitting type and size is a failure, redirects included. */
export async function readAnswer(answer: Answer, rules: PurposeRules): Promise<Uint8Array<ArrayBuffer>> {
  const problem = findProblem(answer, rules)
  if (problem === undefined) return readBody(answer, rules.bytesMax)
  await answer.body?.cancel()
  throw new OutboundFailure('failed', problem)
}

/** The type without its parameters, in small letters; nothing where none was given. */
function mediaType(contentType: string | null): string | undefined {
  return contentType?.split(';', 1)[0]?.trim().toLowerCase()
}

function findProblem(answer: Answer, rules: PurposeRules): string | undefined {
  if (answer.status !== 200) return `the answer was ${answer.status}`
  const type = mediaType(answer.headers.get('content-type'))
  if (type !== undefined && !rules.mediaType.test(type)) return `the answer was ${type}`
  return undefined
}

/** Counted after decompression, piece by piece: a small answer can unfold to gigabytes (SEC-SSRF-05). */
export async function readBody(answer: Answer, bytesMax: number): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = []
  let bytes = 0
  for await (const piece of answer.body ?? []) {
    bytes += piece.byteLength
    if (bytes > bytesMax) throw new OutboundFailure('failed', `the answer is larger than ${bytesMax} bytes`)
    pieces.push(piece)
  }
  const body = new Uint8Array(bytes)
  let offset = 0
  for (const piece of pieces) {
    body.set(piece, offset)
    offset += piece.byteLength
  }
  return body
}
