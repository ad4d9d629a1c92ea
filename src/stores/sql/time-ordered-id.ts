import { randomUUID } from 'node:crypto'
import { createTimeOrderedIds } from '../../registration/index.ts'

/** In the order of this process. */
export const timeOrderedId = createTimeOrderedIds(randomUUID, () => Date.now())
