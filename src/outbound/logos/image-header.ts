/** What an image says about itself before anything of it is decoded. */
export interface ImageHeader {
  readonly kind: 'png' | 'jpeg'
  readonly width: number
  readonly height: number
}

const pngStart = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, 0x49, 0x48, 0x44, 0x52]
const jpegStart = [0xff, 0xd8, 0xff]

/**
 * The first bytes decide, never the announced type: a page or a drawing with scripts (SVG) that calls itself image/png is
 * neither PNG nor JPEG (SEC-LOGO-01).
 */
export function readImageHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (startsWith(bytes, pngStart)) return readPngHeader(bytes)
  if (startsWith(bytes, jpegStart)) return readJpegHeader(bytes)
  return undefined
}

function startsWith(bytes: Uint8Array, start: readonly number[]): boolean {
  return start.every((byte, index) => bytes[index] === byte)
}

function readPngHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (bytes.byteLength < 24) return undefined
  const view = viewOf(bytes)
  return { kind: 'png', width: view.getUint32(16), height: view.getUint32(20) }
}

/** JPEG is a row of segments; the frame header among them (SOFn) holds the size (ITU T.81 §B.2.2). */
function readJpegHeader(bytes: Uint8Array): ImageHeader | undefined {
  if (countScans(bytes) > SCANS_MAX) return undefined
  const view = viewOf(bytes)
  for (let at = 2; at + 9 <= bytes.byteLength; ) {
    if (view.getUint8(at) !== 0xff) return undefined
    const marker = view.getUint8(at + 1)
    if (isFrame(marker)) return { kind: 'jpeg', width: view.getUint16(at + 7), height: view.getUint16(at + 5) }
    // A marker may be preceded by any number of fill bytes.
    at += marker === 0xff ? 1 : 2 + view.getUint16(at + 2)
  }
  return undefined
}

// Encoders make a dozen at most. Every scan goes over all pixels, and one that says nothing takes but a few bytes.
const SCANS_MAX = 64

/** Within compressed data a byte 0xff is always followed by zero or a restart marker, so that a scan's start is unmistakable. */
function countScans(bytes: Uint8Array): number {
  let scans = 0
  for (let at = bytes.indexOf(0xff); at !== -1; at = bytes.indexOf(0xff, at + 1)) if (bytes[at + 1] === 0xda) scans += 1
  return scans
}

/** SOF0 to SOF15 without the three codes in between that mean something else: tables (DHT, DAC) and an extension. */
function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
