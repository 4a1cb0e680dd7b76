// Finds a Chromium for the browser tests, and obtains Debian's without root where there is none. Prints what to start, as
// JSON: { executable, env }. Needs the build (dist/), whose way of unpacking Debian packages it uses.
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { rename, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { componentsFolder, createTemporaryFolder } from '../dist/src/runtimes/native/components/fetch/cache.js'
import { findDebianTools } from '../dist/src/runtimes/native/components/fetch/debian-support.js'
import { libraryPath } from '../dist/src/runtimes/native/components/fetch/library-path.js'
import { PrivateApt } from '../dist/src/runtimes/native/components/fetch/private-apt.js'
import { unpackPackage, verifyPackage } from '../dist/src/runtimes/native/components/fetch/unpack-packages.js'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome-stable', 'google-chrome']
/** The program itself: /usr/bin/chromium is a script that looks for its parts at their usual places. */
const PROGRAM = 'root/usr/lib/chromium/chromium'
const PACKAGES = ['chromium', 'chromium-common', 'fonts-dejavu-core']
// Libraries only. Those of the C compiler are on every system with apt; GTK is for dialogs, which no test opens.
const FOLLOW = /^lib(?!c6$|c-bin$|gcc-s1$|stdc\+\+6$|systemd0$|gtk-|gtk2|llvm|gl1-mesa-dri$)/

async function findBrowser() {
  const named = process.env.FIREDRILL_CHROMIUM
  if (named) return { executable: named, env: {} }
  const onPath = (process.env.PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)))
  const executable = onPath.find(isExecutable)
  if (executable !== undefined) return { executable, env: {} }
  const folder = join(componentsFolder(process.env), `chromium-${process.arch}`)
  if (!existsSync(join(folder, 'complete'))) await unpackInto(folder)
  return {
    executable: join(folder, PROGRAM),
    env: { LD_LIBRARY_PATH: await librariesOf(folder), FONTCONFIG_FILE: join(folder, 'fonts.conf') },
  }
}

/** Debian's packages, unpacked into a folder of the cache that appears only when it is whole and starts. */
async function unpackInto(folder) {
  const found = await findDebianTools(process.env)
  if ('reason' in found) throw new Error(`Debian packages cannot be used here: ${found.reason}`)
  const { tools } = found
  const context = { env: process.env }
  const workshop = await createTemporaryFolder(componentsFolder(process.env))
  let apt
  try {
    const made = join(workshop, 'chromium')
    apt = await PrivateApt.open(workshop, tools, context)
    const wanted = await apt.withDependencies(PACKAGES, FOLLOW)
    say(`downloading ${wanted.length} packages`)
    const { folder: debs, announced: packages } = await apt.download(wanted, 'debs')
    say(`unpacking ${Math.round(packages.reduce((sum, one) => sum + one.bytes, 0) / 1e6)} MB`)
    for (const one of packages) {
      await verifyPackage(debs, one)
      await unpackPackage(join(debs, one.file), join(made, 'root'), {
        tools,
        exclude: ['./usr/share/locale*'],
        context,
      })
    }
    // Fontconfig's own configuration names the system's folders, which may be empty.
    const fonts = [join(folder, 'root/usr/share/fonts'), '/usr/share/fonts'].map((path) => `<dir>${path}</dir>`)
    const config = `<?xml version="1.0"?>\n<fontconfig>${fonts.join('')}<cachedir>${folder}/font-cache</cachedir></fontconfig>\n`
    await writeFile(join(made, 'fonts.conf'), config)
    const env = { ...process.env, LD_LIBRARY_PATH: await librariesOf(made) }
    const { status, stderr, error } = spawnSync(join(made, PROGRAM), ['--version'], { env, encoding: 'utf8' })
    if (status !== 0) throw new Error(`the unpacked Chromium does not start: ${error?.message ?? stderr}`)
    await writeFile(join(made, 'complete'), `${packages.map((one) => `${one.package} ${one.version}`).join('\n')}\n`)
    await rm(folder, { recursive: true, force: true })
    await rename(made, folder)
  } finally {
    await apt?.close()
    await rm(workshop, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
}

/** PulseAudio keeps a library of its own in a folder that its other one names by absolute path. */
async function librariesOf(folder) {
  const path = await libraryPath(folder)
  return [path, ...path.split(':').map((one) => join(one, 'pulseaudio'))].join(':')
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

function say(text) {
  process.stderr.write(`firedrill: Chromium for the browser tests: ${text} …\n`)
}

try {
  process.stdout.write(`${JSON.stringify(await findBrowser())}\n`)
} catch (error) {
  process.stderr.write(
    `FD_SETUP_FAILED no Chromium for the browser tests\n  given:    ${error.message}\n  next:     apt-get install -y chromium, or set FIREDRILL_CHROMIUM\n`,
  )
  process.exit(1)
}
