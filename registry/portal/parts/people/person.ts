export const activationWays = ['email_link', 'display_link', 'preset_password'] as const;

/** How somebody comes to a password (R27). */
export type Way = (typeof activationWays)[number];

/** Who is to be let in, as it is typed. */
export interface PersonValues {
  name: string;
  email: string;
  activation: Way;
  password: string;
}

export const noPerson: PersonValues = { name: '', email: '', activation: 'email_link', password: '' };

/** As `POST /users` takes it. */
export const personOf = ({ name, email, activation, password }: PersonValues) => ({
  name: name.trim(),
  email: email.trim(),
  activation,
  ...(activation === 'preset_password' ? { password } : {}),
});
