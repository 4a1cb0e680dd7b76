import type { Place } from '../problem.ts'

/** A piece of an action: a word, a field, a variable, a text in quotes. */
export type Token = Place

/** The content of `{{ }}`. */
export interface Action extends Place {
  tokens: readonly Token[]
}

const TOKEN = /"(?:\\.|[^"\\])*"|`[^`]*`|\$\w*(?:\.\w+)*|(?:\.\w+)+|:=|[\w.]+|[=|(),]/g
const ACTION = /\{\{-?\s*(?:\/\*[\s\S]*?\*\/|(?:"(?:\\.|[^"\\\n])*"|`[^`]*`|[^"`}]|\}(?!\}))*?)\s*-?\}\}/g

/** The actions of a template, without comments; text outside of braces is plain text. */
export function actionsOf(text: string): Action[] {
  return [...text.matchAll(ACTION)].flatMap((found) => {
    const [whole] = found
    const start = found.index
    if (/^\{\{-?\s*\/\*/.test(whole)) return []
    const tokens = [...whole.matchAll(TOKEN)].map((token) => ({
      text: token[0],
      from: start + token.index,
      to: start + token.index + token[0].length,
    }))
    return [{ text: whole, from: start, to: start + whole.length, tokens }]
  })
}
