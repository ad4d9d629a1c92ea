import { generateLoad } from './generate-load.ts'
import type { LoadJob } from './load-job.ts'

process.once('message', (job: LoadJob) => {
  void generateLoad(job).then((result) => process.send?.(result, () => process.disconnect()))
})
