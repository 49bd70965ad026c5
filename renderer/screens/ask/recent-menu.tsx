/** The questions asked before, in a menu. */
import { Link } from '@tanstack/react-router'
import { History } from 'lucide-react'
import { DropdownMenu } from 'radix-ui'
import { useCall } from '../../api.tsx'
import { buttonLook } from '../../components/button.tsx'
import { menuItemLook, menuLook } from '../../components/choice-menu.tsx'

export function RecentMenu() {
  const recent = useCall('conversations.list', { limit: 12 })
  const items = recent.data?.items ?? []
  if (items.length === 0) return null
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger className={buttonLook({ kind: 'quiet' })}>
        <History aria-hidden strokeWidth={1.6} /> Asked before
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content align="end" sideOffset={6} collisionPadding={12} className={menuLook}>
          {items.map((conversation) => (
            <DropdownMenu.Item key={conversation.id} asChild className={menuItemLook}>
              <Link to="/ask/$conversationId" params={{ conversationId: conversation.id }}>
                <span className="line-clamp-2">{conversation.title}</span>
              </Link>
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  )
}
