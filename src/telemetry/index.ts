export { createTelemetry, type Telemetry } from './create-telemetry.ts'
export { observeRegistration } from './observe-registration.ts'
export { type TelemetryOptions, telemetryOptions } from './options.ts'
export { version } from './version.ts'
