// The least that a page of React can be: one heading. The console is measured beside it.
import { createElement } from 'react'
import { createRoot } from 'react-dom/client'

createRoot(document.getElementById('root')).render(
  createElement('main', { id: 'content' }, createElement('h1', null, 'Bare')),
)
