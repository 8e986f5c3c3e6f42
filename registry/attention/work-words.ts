/** What an operation was doing, by its kind, as the beginning of a sentence. */
const works: Readonly<Record<string, string>> = {
  'cameras.bind': 'Assigning cameras',
  'cameras.unbind': 'Taking assignments back',
  'cameras.setPlan': 'Changing plans',
  'cameras.enable': 'Turning cameras on',
  'cameras.disable': 'Turning cameras off',
  'cameras.tag': 'Tagging cameras',
  'cameras.import': 'Importing a list of cameras',
  'tenant.delete': 'Deleting a customer or integrator',
  'clip.export': 'Making a clip',
};

/** The kind itself where there are no words yet. */
export const workWords = (kind: string): string => works[kind] ?? kind;
