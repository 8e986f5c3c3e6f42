import { queryOptions } from '@tanstack/react-query';
import { answer, api } from '../../api/client.js';

export const cameraQuery = (id: string) =>
  queryOptions({
    queryKey: ['cameras', 'one', id],
    queryFn: ({ signal }) => answer(api.GET('/api/v1/cameras/{id}', { params: { path: { id } }, signal })),
  });
