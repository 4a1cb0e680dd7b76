import { writeFileSync } from 'node:fs'

/** Loaded before a program (`--import`): writes what it has used to the file that BENCH_USAGE names, when it ends. */
process.once('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage()
  writeFileSync(process.env.BENCH_USAGE ?? '', JSON.stringify({ cpuUs: userCPUTime + systemCPUTime, maxRssKb: maxRSS }))
})
