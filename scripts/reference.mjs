import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from './build.mjs'
import { adminApiPage } from './reference/admin-api-page.mjs'
import { clientMetadataPage } from './reference/client-metadata-page.mjs'
import { commandsPage } from './reference/commands-page.mjs'
import { configurationPage } from './reference/configuration-page.mjs'
import { configurationSchemaFile } from './reference/configuration-schema-file.mjs'
import { metricsPage } from './reference/metrics-page.mjs'
import { policiesPage } from './reference/policies-page.mjs'
import { profilesPage } from './reference/profiles-page.mjs'
import { refusalCodesPage } from './reference/refusal-codes-page.mjs'

const folder = 'docs/reference'

const makers = {
  'admin-api.md': adminApiPage,
  'cli.md': commandsPage,
  'client-metadata.md': clientMetadataPage,
  'configuration.md': configurationPage,
  'configuration.schema.json': configurationSchemaFile,
  'metrics.md': metricsPage,
  'policies.md': policiesPage,
  'profiles.md': profilesPage,
  'refusal-codes.md': refusalCodesPage,
}

/** The pages as the code has them. `load` imports a module of `src` by its path without extension. */
export async function referencePages(load) {
  const pages = Object.entries(makers).map(async ([name, make]) => [`${folder}/${name}`, await make(load)])
  return new Map(await Promise.all(pages))
}

/** The paths of pages that say something else than the code. */
export function outdatedPages(pages) {
  return [...pages].filter(([path, text]) => readIfThere(path) !== text).map(([path]) => path)
}

function readIfThere(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

async function main(isCheck) {
  await build()
  const pages = await referencePages((name) => import(`../dist/${name}.js`))
  const outdated = outdatedPages(pages)
  if (isCheck) {
    for (const path of outdated) console.error(`${path} differs from the code; run: node scripts/reference.mjs`)
    return outdated.length === 0 ? 0 : 1
  }
  mkdirSync(folder, { recursive: true })
  for (const path of outdated) {
    writeFileSync(path, pages.get(path))
    console.log(`wrote ${path}`)
  }
  return 0
}

if (process.argv[1] === fileURLToPath(import.meta.url)) process.exitCode = await main(process.argv.includes('--check'))
