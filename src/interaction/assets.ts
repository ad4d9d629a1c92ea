import { createHash } from 'node:crypto'
import { iconSvg } from './pages/icon.ts'
import { stylesCss } from './pages/styles.ts'

/** A file that the pages load; its name tells its content, so that a browser may keep it forever. */
export interface Asset {
  readonly file: string
  readonly type: string
  readonly content: string
}

export const styles = asset('styles', 'css', { type: 'text/css; charset=utf-8', content: stylesCss })
export const icon = asset('icon', 'svg', { type: 'image/svg+xml', content: iconSvg })

export function findAsset(file: string): Asset | undefined {
  return [styles, icon].find((candidate) => candidate.file === file)
}

function asset(name: string, extension: string, what: { readonly type: string; readonly content: string }): Asset {
  const digest = createHash('sha256').update(what.content).digest('hex').slice(0, 12)
  return { file: `${name}-${digest}.${extension}`, ...what }
}
