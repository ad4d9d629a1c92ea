/** A page of the reference: title, what it is, and its parts with an empty line between them. */
export function page(title, ...parts) {
  const note = '<!-- Made from the code by `node scripts/reference.mjs`; a change here is lost. -->'
  return `${[note, `# ${title}`, ...parts].filter((part) => part !== '').join('\n\n')}\n`
}

export function table(columns, rows) {
  const line = (cells) => `| ${cells.map((cell) => escaped(cell)).join(' | ')} |`
  return [line(columns), `|${columns.map(() => '---|').join('')}`, ...rows.map(line)].join('\n')
}

export function code(text) {
  return `\`${text}\``
}

export function codes(texts) {
  return texts.map(code).join(', ')
}

function escaped(cell) {
  return String(cell ?? '')
    .replaceAll('|', '\\|')
    .replaceAll('\n', ' ')
}
