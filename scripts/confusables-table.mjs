import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'

// Makes src/registration/metadata/confusables-table.ts from the data of the package unhomoglyph, which is Unicode's list of
// confusable characters as JSON: node scripts/confusables-table.mjs, once for each version of the package.
const target = 'src/registration/metadata/confusables-table.ts'
const source = 'node_modules/unhomoglyph'
const { version } = JSON.parse(readFileSync(`${source}/package.json`, 'utf8'))
const prototypes = new Map(Object.entries(JSON.parse(readFileSync(`${source}/data.json`, 'utf8'))))

// The data leads letters of other scripts to small capitals and stops there, which readers do not.
const smallCapitals = {
  ĸ: 'k',
  ʜ: 'h',
  ᴛ: 't',
  ᴍ: 'm',
  ʙ: 'b',
  ɴ: 'n',
  ᴀ: 'a',
  ᴋ: 'k',
  ʀ: 'r',
  ɢ: 'g',
  ʟ: 'l',
  ᴘ: 'p',
  ᴅ: 'd',
  ᴇ: 'e',
}
for (const [small, letter] of Object.entries(smallCapitals)) prototypes.set(small, letter)

// Letters in boxes and flags that no decomposition opens: negative circled, negative squared, regional indicators.
for (const first of [0x1f150, 0x1f170, 0x1f1e6]) {
  for (let index = 0; index < 26; index += 1) {
    prototypes.set(String.fromCodePoint(first + index), String.fromCharCode(0x61 + index))
  }
}

const groups = new Map()
for (const source of prototypes.keys()) {
  const shown = bare(source) === source ? skeletonOf(source) : undefined
  if (shown !== undefined && shown !== '' && shown !== plain(source)) groups.set(shown, [...(groups.get(shown) ?? []), source])
}
const entries = [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([shown, sources]) => `${encode(shown)}:${deltas(sources)}`)
writeFileSync(
  target,
  [
    `// Made by scripts/confusables-table.mjs from the data of unhomoglyph ${version}, whose license is in confusables-license.txt.`,
    '',
    '/** What characters look like: skeleton:characters;…, code points in base 36, each character as its distance from the one before. */',
    'export const confusablesTable: readonly string[] = [',
    ...filled(entries).map((line) => `  '${line}',`),
    ']',
    '',
  ].join('\n'),
)
copyFileSync(`${source}/LICENSE`, 'src/registration/metadata/confusables-license.txt')
console.log(`wrote ${target}: ${entries.length} skeletons`)

/** As confusable-skeleton.ts sees a character that no table knows. */
function plain(character) {
  return character.toLowerCase().replaceAll('i', 'l')
}

/** UTS 39 §4 until nothing changes any more, upper and lower case taken together. */
function skeletonOf(source) {
  let shown = source
  for (let last; last !== shown; ) {
    last = shown
    shown = bare([...bare(shown)].map((one) => prototypes.get(one) ?? one).join('')).toLowerCase()
  }
  return shown.replaceAll('i', 'l')
}

function bare(text) {
  return text.normalize('NFKD').replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]|(?=\p{M})\p{Script=Inherited}/gu, '')
}

function filled(entries) {
  const lines = []
  for (const entry of entries) {
    const last = lines.at(-1) ?? ''
    if (lines.length > 0 && last.length + entry.length < 160) lines[lines.length - 1] = `${last};${entry}`
    else lines.push(entry)
  }
  return lines
}

function encode(text) {
  return [...text].map((one) => one.codePointAt(0).toString(36)).join(' ')
}

function deltas(sources) {
  const points = sources.map((one) => one.codePointAt(0)).sort((a, b) => a - b)
  return points.map((point, index) => (point - (points[index - 1] ?? 0)).toString(36)).join(' ')
}
