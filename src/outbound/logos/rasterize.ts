import { createRequire } from 'node:module'
import { Worker } from 'node:worker_threads'
import type { ImageHeader } from './image-header.ts'
import { type RasterTask, rasterWorkerSource } from './raster-worker.ts'

const SIDE_MAX = 128
// The largest picture that is taken needs a tenth of it; on a machine that is busy with other things, more.
const TIME_MAX_MILLISECONDS = 10_000

const resolve = createRequire(import.meta.url).resolve

/**
 * A PNG of ours, at most 128 × 128, without anything of the original but its pixels. In a thread of its own with an end to
 * its time and memory: decoders are written for friends, and a small file can keep one busy for very long.
 */
export function rasterize(
  bytes: Uint8Array,
  header: ImageHeader,
  timeMaxMilliseconds = TIME_MAX_MILLISECONDS,
): Promise<Uint8Array> {
  const decoders = { pngDecoder: resolve('pngjs'), jpegDecoder: resolve('jpeg-js') }
  const task: RasterTask = { ...header, bytes, sideMax: SIDE_MAX, ...decoders }
  const worker = new Worker(rasterWorkerSource(), {
    eval: true,
    workerData: task,
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 32 },
  })
  return outcomeOf(worker, timeMaxMilliseconds).finally(() => worker.terminate())
}

function outcomeOf(worker: Worker, timeMaxMilliseconds: number): Promise<Uint8Array> {
  return new Promise((resolvePromise, reject) => {
    const timer = setTimeout(() => reject(new Error('the image took too long')), timeMaxMilliseconds)
    worker.unref()
    worker.once('message', (png: Uint8Array) => resolvePromise(png))
    worker.once('error', reject)
    worker.once('exit', (code) => {
      clearTimeout(timer)
      reject(new Error(`the worker ended with ${code}`))
    })
  })
}
