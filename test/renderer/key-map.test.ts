import { expect, test } from 'vitest'
import { actionOf, chooseKey, keyActionNames, keyActions, keyOf, nameOfKey, printKey } from '../../renderer/frame/key-map.ts'
import { readPreferences } from '../../renderer/frame/preferences.ts'

const press = (key: string, change: object = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, ...change })

test('UI no two actions share a key', () => {
  const keys = keyActionNames.map((action) => keyActions[action].key)
  expect(new Set(keys).size).toBe(keys.length)
})

test('UI a key has one name whatever is held with it', () => {
  expect(nameOfKey(press('K', { ctrlKey: true }))).toBe('ctrl+k')
  expect(nameOfKey(press('k', { metaKey: true }))).toBe('ctrl+k')
  expect(nameOfKey(press('?'))).toBe('?')
  expect(nameOfKey(press('+', { altKey: true }))).toBe('alt++')
  expect(nameOfKey(press('Shift'))).toBeNull()
  expect(nameOfKey(press('Escape'))).toBeNull()
  expect([printKey('ctrl+k'), printKey('?'), printKey('enter'), printKey('alt++')]).toEqual(['Ctrl K', '?', 'Enter', 'Alt +'])
})

test('UI a chosen key takes the place of the usual one, and a key in use is refused', () => {
  const chosen = chooseKey({}, 'list.next', 'd')
  expect(chosen).toEqual({ 'list.next': 'd' })
  expect(actionOf('d', chosen ?? {})).toBe('list.next')
  expect(actionOf('j', chosen ?? {})).toBeNull()
  expect(chooseKey({}, 'list.next', 'k')).toBeNull()
  expect(chooseKey(chosen ?? {}, 'list.next', 'j')).toEqual({})
  expect(keyOf('list.next', {})).toBe('j')
})

test('UI what lies in storage is believed only as far as it makes sense', () => {
  const usual = { theme: 'system', keys: {}, isTaught: false }
  for (const stored of [null, '', 'null', '[]', '{"theme":"pink","keys":{"no.such":"x","list.next":7},"isTaught":"yes"}']) {
    expect(readPreferences(stored)).toEqual(usual)
  }
  expect(readPreferences('{"theme":"dark","keys":{"list.next":"d"},"isTaught":true}')).toEqual({
    ...{ theme: 'dark', keys: { 'list.next': 'd' }, isTaught: true },
  })
})
