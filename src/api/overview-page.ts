/** The page at the console's address: every part and replica with its state, read from the API every second. */
export const overviewPage = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Firedrill</title>
<style>
  :root { font: 16px/1.5 system-ui, sans-serif; --good: #1a7f37; --bad: #cf222e; --wait: #9a6700 }
  @media (prefers-color-scheme: dark) { :root { --good: #3fb950; --bad: #ff7b72; --wait: #d29922 } }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem }
  h1 { font-size: 1.4rem; margin: 0 }
  p { margin: .25rem 0 1.5rem; opacity: .8 }
  table { border-collapse: collapse; width: 100% }
  th, td { text-align: left; padding: .4rem .8rem .4rem 0; border-bottom: 1px solid color-mix(in srgb, currentColor 20%, transparent) }
  .healthy { color: var(--good) } .starting, .backoff, .stopping, .paused { color: var(--wait) }
  .exited, .unhealthy, .stopped { color: var(--bad); font-weight: 600 }
  #gone { display: none; background: var(--bad); color: #fff; padding: .6rem 1rem; border-radius: .4rem; margin: 1rem 0 }
  small { opacity: .7 }
</style>
<h1>Firedrill</h1>
<p id="about" aria-live="polite">reading the stack…</p>
<div id="gone" role="alert">The control process does not answer: what stands below is old.</div>
<table><thead><tr><th>Replica<th>State<th>Address<th>What it is</thead><tbody id="rows"></tbody></table>
<script>
  const cell = (row, text, className) => {
    const td = row.insertCell()
    td.textContent = text
    if (className) td.className = className
    return td
  }
  async function refresh() {
    try {
      const stack = await (await fetch('/v1/stack')).json()
      document.getElementById('gone').style.display = 'none'
      document.getElementById('about').textContent =
        stack.state + ', profile ' + stack.profile + ', runtime ' + stack.runtime + ', firedrill ' + stack.version
      const rows = document.createElement('tbody')
      rows.id = 'rows'
      for (const service of stack.services) for (const replica of service.replicas) {
        const row = rows.insertRow()
        cell(row, replica.id)
        cell(row, replica.state + (replica.detail ? ': ' + replica.detail : ''), replica.state)
        const address = cell(row, '')
        const text = replica.address.host + ':' + replica.address.port
        if (service.url) {
          const link = document.createElement('a')
          link.href = service.url
          link.textContent = text
          address.append(link)
        } else address.textContent = text
        cell(row, service.summary)
      }
      document.getElementById('rows').replaceWith(rows)
    } catch {
      document.getElementById('gone').style.display = 'block'
    }
    setTimeout(refresh, 1000)
  }
  refresh()
</script>
</html>
`
