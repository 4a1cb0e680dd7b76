import { Document, isScalar, visit } from 'yaml'

/** One file with several objects, after a head of comments. Short lists are written on one line. */
export function inDocuments(head: string, objects: readonly object[]): string {
  return `${head}${objects.map(inLines).join('---\n')}`
}

function inLines(value: object): string {
  const document = new Document(value, { aliasDuplicateObjects: false })
  visit(document, {
    Seq: (_, node) => {
      node.flow = node.items.every((item) => isScalar(item) && !/[/:]/.test(String(item.value)))
    },
  })
  return document.toString({ lineWidth: 0, flowCollectionPadding: false })
}
