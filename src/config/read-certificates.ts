import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { complain, type Draft, isSound } from './draft.ts'
import type { Path } from './problem.ts'
import { besideFile } from './resolve-secret.ts'

/** The PEM certificates that client certificates of a realm must chain to; one file may hold several. */
export async function readCertificates(draft: Draft, realm: string): Promise<readonly string[]> {
  const path = ['realms', realm, 'trustedCertificates']
  if (!isSound(draft, ...path)) return []
  const files = draft.file.realms[realm]?.trustedCertificates ?? []
  const found = await Promise.all(files.map(({ file }, index) => readBundle(draft, besideFile(draft, file), [...path, index])))
  return found.flat()
}

async function readBundle(draft: Draft, file: string, path: Path): Promise<readonly string[]> {
  try {
    const text = await readFile(file, 'utf8')
    const blocks = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? []
    if (blocks.length > 0) return blocks.map((block) => new X509Certificate(block).toString())
    complain(draft, path, `${file} holds no PEM certificate`)
  } catch (error) {
    complain(
      draft,
      path,
      `cannot read certificates from ${file} (${(error as NodeJS.ErrnoException).code ?? (error as Error).message})`,
    )
  }
  return []
}
