import { Anchor, Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { answer, api } from '../../api/client.js';
import { useTexts } from '../../i18n/texts.js';
import { texts } from './texts.js';

/** Says in passing that somebody with this name is there already; two of one name are allowed. */
export function SameName({ parentId, name }: { parentId: string; name: string }) {
  const t = useTexts(texts);
  const [text] = useDebouncedValue(name.trim(), 400);
  const { data } = useQuery({
    queryKey: ['tenants', 'same-name', parentId, text],
    queryFn: ({ signal }) =>
      answer(
        api.GET('/api/v1/tenants', { params: { query: { parent: parentId, text, limit: 20 } }, signal }),
      ),
    enabled: text.length >= 2,
  });
  const same = data?.items.find((tenant) => tenant.name.toLowerCase() === text.toLowerCase());
  if (same === undefined) return null;
  return (
    <Text size="sm" role="status">
      {t('sameName', { name: same.name })}{' '}
      <Anchor
        size="sm"
        renderRoot={(props) => (
          <Link to="/o/$tenantId/account" params={{ tenantId: same.id }} search={{}} {...props} />
        )}
      >
        {t('openIt')}
      </Anchor>
    </Text>
  );
}
