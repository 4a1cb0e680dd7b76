/** The store by itself, as `firedrill serve store` starts it; with --bare without the plugin that meters HTTP. */

import { readStoreConfig } from '../../../src/services/store/config.ts'
import { startStore } from '../../../src/services/store/start.ts'
import { addHttpMetrics } from '../../../src/telemetry/http-metrics.ts'
import { createLogger } from '../../../src/telemetry/logger.ts'

const meter = process.argv.includes('--bare') ? () => undefined : addHttpMetrics
const running = await startStore(readStoreConfig(process.env), createLogger('store'), meter)
process.once('SIGTERM', () => void running.close())
