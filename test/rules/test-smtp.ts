import { createServer, type Socket } from 'node:net'

export interface Mail {
  /** User and password, as AUTH PLAIN sent them. */
  login: string
  to: string[]
  content: string
}

/** The least of a mail server that takes mail with a login (RFC 5321, RFC 4954); keeps what it got. */
export async function startMailServer(mails: Mail[]): Promise<{ address: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    let rest = ''
    let mail: Mail = { login: '', to: [], content: '' }
    let inData = false
    const say = (line: string) => socket.write(`${line}\r\n`)
    const receive = (line: string) => {
      if (inData) {
        if (line !== '.') mail.content += `${line.replace(/^\.\./, '.')}\n`
        else {
          inData = false
          mails.push(mail)
          mail = { ...mail, to: [], content: '' }
          say('250 taken')
        }
        return
      }
      const [verb = ''] = line.toUpperCase().split(' ')
      if (verb === 'EHLO') say('250-mail.test\r\n250 AUTH PLAIN')
      else if (verb === 'AUTH') {
        mail.login = Buffer.from(line.split(' ')[2] ?? '', 'base64')
          .toString()
          .split('\0')
          .slice(1)
          .join(' ')
        say('235 welcome')
      } else if (verb === 'RCPT') {
        mail.to.push(/<(.*)>/.exec(line)?.[1] ?? '')
        say('250 known')
      } else if (verb === 'DATA') {
        inData = true
        say('354 go on')
      } else if (verb === 'QUIT') {
        say('221 bye')
        socket.end()
      } else say('250 ok')
    }
    socket.on('error', () => undefined)
    socket.on('data', (data) => {
      const lines = (rest + data.toString()).split('\r\n')
      rest = lines.pop() ?? ''
      for (const line of lines) receive(line)
    })
    say('220 mail.test')
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return {
    address: `127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}
