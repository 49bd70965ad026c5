/** Whether a person has come to the end of what a room holds: at once when all of it fits, else by scrolling there once. */
import { type RefObject, useEffect, useState } from 'react'

const slackPx = 12

export function useReadThrough(room: RefObject<HTMLElement | null>): boolean {
  const [isRead, setRead] = useState(false)
  useEffect(() => {
    const element = room.current
    if (element === null || isRead) return
    const look = () => {
      if (element.scrollTop + element.clientHeight >= element.scrollHeight - slackPx) setRead(true)
    }
    look()
    element.addEventListener('scroll', look, { passive: true })
    return () => element.removeEventListener('scroll', look)
  }, [room, isRead])
  return isRead
}
