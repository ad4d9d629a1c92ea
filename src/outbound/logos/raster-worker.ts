/**
 * The program of the worker that turns an image into a small PNG. It is sent as text, because a worker cannot load a file
 * that is compiled in one place and read as source in another; so its functions must refer to one another and to their
 * own requires alone, never to an import.
 */
export const rasterWorkerSource = (): string => `${[unfolds, decode, average, shrink, work].map(String).join('\n')}\nwork()`

export interface RasterTask {
  readonly kind: 'png' | 'jpeg'
  readonly bytes: Uint8Array
  readonly width: number
  readonly height: number
  readonly sideMax: number
  /** Absolute paths of the decoders: the text of a worker has no place from which a package name could be looked up. */
  readonly pngDecoder: string
  readonly jpegDecoder: string
}

interface Picture {
  readonly width: number
  readonly height: number
  readonly data: Uint8Array
}

interface Box {
  readonly left: number
  readonly top: number
  readonly right: number
  readonly bottom: number
}

/** The decoder unpacks interlaced images without a limit; this tries it with one, and throws. */
function unfolds({ bytes, width, height }: RasterTask): void {
  const zlib = require('node:zlib') as typeof import('node:zlib')
  const buffer = Buffer.from(bytes)
  const parts: Buffer[] = []
  for (let at = 8; at + 12 <= buffer.length; at += 12 + buffer.readUInt32BE(at)) {
    const end = at + 8 + buffer.readUInt32BE(at)
    if (buffer.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(buffer.subarray(at + 8, end))
  }
  // At most 8 bytes for each pixel, and a filter byte for each line of each of the seven passes.
  zlib.inflateSync(Buffer.concat(parts), { maxOutputLength: width * height * 8 + height * 14 + 64 })
}

function decode(task: RasterTask): Picture {
  if (task.kind === 'png') {
    const { PNG } = require(task.pngDecoder) as typeof import('pngjs')
    unfolds(task)
    return PNG.sync.read(Buffer.from(task.bytes))
  }
  const jpeg = require(task.jpegDecoder) as typeof import('jpeg-js')
  return jpeg.decode(task.bytes, { useTArray: true, tolerantDecoding: false, maxResolutionInMP: 4.2, maxMemoryUsageInMB: 192 })
}

/** Colours count by their opacity: what is invisible must not tint an edge. */
function average(picture: Picture, { left, top, right, bottom }: Box): readonly number[] {
  const sums = [0, 0, 0, 0]
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const at = (y * picture.width + x) * 4
      const alpha = picture.data[at + 3] ?? 0
      for (let part = 0; part < 3; part += 1) sums[part] = (sums[part] ?? 0) + (picture.data[at + part] ?? 0) * alpha
      sums[3] = (sums[3] ?? 0) + alpha
    }
  }
  const alphas = sums[3] ?? 0
  const colours = sums.slice(0, 3).map((sum) => (alphas === 0 ? 0 : Math.round(sum / alphas)))
  return [...colours, Math.round(alphas / ((right - left) * (bottom - top)))]
}

/** Box filter: every pixel of the result is the average of those that it stands for. Never enlarges. */
function shrink(picture: Picture, sideMax: number): Picture {
  const factor = Math.max(1, picture.width / sideMax, picture.height / sideMax)
  const width = Math.max(1, Math.round(picture.width / factor))
  const height = Math.max(1, Math.round(picture.height / factor))
  const data = new Uint8Array(width * height * 4)
  for (let y = 0; y < height; y += 1) {
    const top = Math.floor((y * picture.height) / height)
    const bottom = Math.max(top + 1, Math.floor(((y + 1) * picture.height) / height))
    for (let x = 0; x < width; x += 1) {
      const left = Math.floor((x * picture.width) / width)
      const right = Math.max(left + 1, Math.floor(((x + 1) * picture.width) / width))
      data.set(average(picture, { left, top, right, bottom }), (y * width + x) * 4)
    }
  }
  return { width, height, data }
}

function work(): void {
  const threads = require('node:worker_threads') as typeof import('node:worker_threads')
  const task = threads.workerData as RasterTask
  const { PNG } = require(task.pngDecoder) as typeof import('pngjs')
  const { width, height, data } = shrink(decode(task), task.sideMax)
  const png = new PNG({ width, height })
  png.data = Buffer.from(data)
  threads.parentPort?.postMessage(PNG.sync.write(png))
}
