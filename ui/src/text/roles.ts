// The roles, and what each may do, in a sentence.
import type { Role } from "../seam";

export const roleName: Record<Role, string> = { admin: "Admin", staff: "Staff", crew: "Crew", client: "Client" };

export const roles: { value: Role; label: string; help: string }[] = [
  { value: "admin", label: "Admin", help: "May do everything: integrations, imports, users and projects." },
  { value: "staff", label: "Staff", help: "Works with the projects and sees nothing else." },
  { value: "crew", label: "Crew", help: "Can be assigned work, and needs no sign-in." },
  { value: "client", label: "Client", help: "Will see the Client Portal, which is not there yet; until then no sign-in." },
];

/** Whether somebody with this role signs in to this window. */
export function signsIn(role: Role): boolean {
  return role === "admin" || role === "staff";
}
