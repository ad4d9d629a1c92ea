import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { TrustedCa } from '../registration/index.ts'
import { complain, type Draft, isSound } from './draft.ts'
import type { Path } from './problem.ts'
import { besideFile } from './resolve-secret.ts'

/** Certificate authorities with their revocation lists; a file holds one of them. */
export async function readTrustedCas(draft: Draft, realm: string): Promise<readonly TrustedCa[]> {
  const path = ['realms', realm, 'trustedCas']
  const entries = draft.file.realms[realm]?.trustedCas ?? []
  if (entries.length === 0 || !isSound(draft, ...path)) return []
  return Promise.all(entries.map((entry, index) => readTrustedCa(draft, entry, [...path, index])))
}

type Entry = Draft['file']['realms'][string]['trustedCas'][number]

async function readTrustedCa(draft: Draft, { id, file, crls }: Entry, path: Path): Promise<TrustedCa> {
  const pem = await readAuthority(draft, besideFile(draft, file), [...path, 'file'])
  const lists = await Promise.all(
    crls.map((crl, index) => readLists(draft, besideFile(draft, crl.file), { path: [...path, 'crls', index, 'file'], ca: pem })),
  )
  // Named by others even where it cannot be read: that is one problem, and not several.
  return { id, pem: pem ?? '', crls: lists.flat() }
}

async function readAuthority(draft: Draft, file: string, path: Path): Promise<string | undefined> {
  const blocks = await readBlocks(draft, file, { path, label: 'CERTIFICATE', what: 'certificate' })
  if (blocks.length > 1)
    return complain(draft, path, `${file} holds ${blocks.length} certificates; give each its own file and id`)
  const block = blocks[0]
  if (block === undefined) return undefined
  const certificate = tryRead(block)
  if (certificate === undefined) return complain(draft, path, `${file} holds a certificate that cannot be read`)
  const problem = (await draft.surroundings.certificateChecks()).ofAuthority(block)
  return problem === undefined ? certificate.toString() : complain(draft, path, `${file} is not accepted: ${problem}`)
}

function tryRead(block: string): X509Certificate | undefined {
  try {
    return new X509Certificate(block)
  } catch {
    return undefined
  }
}

interface ListPlace {
  readonly path: Path
  /** `undefined` where it is no good: its lists cannot be held against it. */
  readonly ca: string | undefined
}

async function readLists(draft: Draft, file: string, { path, ca }: ListPlace): Promise<readonly string[]> {
  const blocks = await readBlocks(draft, file, { path, label: 'X509 CRL', what: 'revocation list' })
  if (ca === undefined) return blocks
  const { ofList } = await draft.surroundings.certificateChecks()
  for (const block of blocks) {
    const problem = ofList(block, ca)
    if (problem !== undefined) complain(draft, path, `${file} is not accepted: ${problem}`)
  }
  return blocks
}

interface Wanted {
  readonly path: Path
  /** RFC 7468 §2. */
  readonly label: string
  readonly what: string
}

async function readBlocks(draft: Draft, file: string, { path, label, what }: Wanted): Promise<readonly string[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    complain(draft, path, `cannot read a ${what} from ${file} (${error.code ?? error.message})`)
  })
  if (text === undefined) return []
  const blocks = text.match(new RegExp(`-----BEGIN ${label}-----[\\s\\S]+?-----END ${label}-----`, 'g')) ?? []
  if (blocks.length === 0) complain(draft, path, `${file} holds no PEM ${what}`)
  return blocks
}
