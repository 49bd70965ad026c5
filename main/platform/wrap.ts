/** Puts a check before a method of an object, and keeps everything else about it. */

type AnyFunction = (this: unknown, ...args: unknown[]) => unknown

// Kept from the start: whoever changes these later changes nothing here.
const { apply, get } = Reflect
const { defineProperty, defineProperties, getOwnPropertyDescriptor, getOwnPropertyDescriptors } = Object

/** `before` throws to refuse. Throws itself where there is no such method: a guard with a hole is none. */
export function wrap(target: object, name: string, before: (self: unknown, args: readonly unknown[]) => unknown): void {
  const original: unknown = get(target, name)
  if (typeof original !== 'function') throw new Error(`the guard finds no ${name}`)
  const guarded: AnyFunction = function (...args) {
    before(this, args)
    return apply(original, this, args)
  }
  replace(target, name, defineProperties(guarded, getOwnPropertyDescriptors(original)))
}

/** Puts a value in a property's place for good. */
export const replace = (target: object, name: string, value: unknown): void =>
  void defineProperty(target, name, { value, writable: false, configurable: false, enumerable: true })

export const isReplaced = (target: object, name: string): boolean => getOwnPropertyDescriptor(target, name)?.configurable === false
