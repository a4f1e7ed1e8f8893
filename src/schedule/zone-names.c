// SPDX-License-Identifier: GPL-3.0-or-later
// The names that calendar programs give to zones. Windows names are ICU's knowledge; the names that Outlook shows to
// people are in no library and stand here.
#include "schedule/zone.h"

#include <string.h>
#include <unicode/ucal.h>
#include <unicode/uenum.h>
#include <unicode/ustring.h>

// The cities of Outlook's display names, after "(UTC+07:00) " or "(GMT+07:00) ", with the Windows name.
static const struct {
  const gchar *cities, *windows;
} DISPLAY_NAMES[] = {
    {"International Date Line West", "Dateline Standard Time"},
    {"Coordinated Universal Time-11", "UTC-11"},
    {"Midway Island, Samoa", "Samoa Standard Time"},
    {"Aleutian Islands", "Aleutian Standard Time"},
    {"Hawaii", "Hawaiian Standard Time"},
    {"Marquesas Islands", "Marquesas Standard Time"},
    {"Alaska", "Alaskan Standard Time"},
    {"Coordinated Universal Time-09", "UTC-09"},
    {"Baja California", "Pacific Standard Time (Mexico)"},
    {"Tijuana, Baja California", "Pacific Standard Time (Mexico)"},
    {"Coordinated Universal Time-08", "UTC-08"},
    {"Pacific Time (US & Canada)", "Pacific Standard Time"},
    {"Pacific Time (US & Canada); Tijuana", "Pacific Standard Time"},
    {"Arizona", "US Mountain Standard Time"},
    {"Chihuahua, La Paz, Mazatlan", "Mountain Standard Time (Mexico)"},
    {"La Paz, Mazatlan", "Mountain Standard Time (Mexico)"},
    {"Mountain Time (US & Canada)", "Mountain Standard Time"},
    {"Yukon", "Yukon Standard Time"},
    {"Central America", "Central America Standard Time"},
    {"Central Time (US & Canada)", "Central Standard Time"},
    {"Easter Island", "Easter Island Standard Time"},
    {"Guadalajara, Mexico City, Monterrey", "Central Standard Time (Mexico)"},
    {"Saskatchewan", "Canada Central Standard Time"},
    {"Bogota, Lima, Quito", "SA Pacific Standard Time"},
    {"Bogota, Lima, Quito, Rio Branco", "SA Pacific Standard Time"},
    {"Chetumal", "Eastern Standard Time (Mexico)"},
    {"Eastern Time (US & Canada)", "Eastern Standard Time"},
    {"Haiti", "Haiti Standard Time"},
    {"Havana", "Cuba Standard Time"},
    {"Indiana (East)", "US Eastern Standard Time"},
    {"Turks and Caicos", "Turks And Caicos Standard Time"},
    {"Asuncion", "Paraguay Standard Time"},
    {"Atlantic Time (Canada)", "Atlantic Standard Time"},
    {"Caracas", "Venezuela Standard Time"},
    {"Cuiaba", "Central Brazilian Standard Time"},
    {"Georgetown, La Paz, Manaus, San Juan", "SA Western Standard Time"},
    {"Santiago", "Pacific SA Standard Time"},
    {"Newfoundland", "Newfoundland Standard Time"},
    {"Araguaina", "Tocantins Standard Time"},
    {"Brasilia", "E. South America Standard Time"},
    {"Cayenne, Fortaleza", "SA Eastern Standard Time"},
    {"City of Buenos Aires", "Argentina Standard Time"},
    {"Buenos Aires", "Argentina Standard Time"},
    {"Greenland", "Greenland Standard Time"},
    {"Montevideo", "Montevideo Standard Time"},
    {"Punta Arenas", "Magallanes Standard Time"},
    {"Saint Pierre and Miquelon", "Saint Pierre Standard Time"},
    {"Salvador", "Bahia Standard Time"},
    {"Coordinated Universal Time-02", "UTC-02"},
    {"Mid-Atlantic", "UTC-02"},
    {"Azores", "Azores Standard Time"},
    {"Cabo Verde Is.", "Cape Verde Standard Time"},
    {"Cape Verde Is.", "Cape Verde Standard Time"},
    {"Coordinated Universal Time", "UTC"},
    {"tzone://Microsoft/Utc", "UTC"},
    {"Dublin, Edinburgh, Lisbon, London", "GMT Standard Time"},
    {"Greenwich Mean Time : Dublin, Edinburgh, Lisbon, London", "GMT Standard Time"},
    {"Monrovia, Reykjavik", "Greenwich Standard Time"},
    {"Casablanca", "Morocco Standard Time"},
    {"Sao Tome", "Sao Tome Standard Time"},
    {"Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna", "W. Europe Standard Time"},
    {"Belgrade, Bratislava, Budapest, Ljubljana, Prague", "Central Europe Standard Time"},
    {"Brussels, Copenhagen, Madrid, Paris", "Romance Standard Time"},
    {"Sarajevo, Skopje, Warsaw, Zagreb", "Central European Standard Time"},
    {"West Central Africa", "W. Central Africa Standard Time"},
    {"Amman", "Jordan Standard Time"},
    {"Athens, Bucharest", "GTB Standard Time"},
    {"Athens, Bucharest, Istanbul", "GTB Standard Time"},
    {"Beirut", "Middle East Standard Time"},
    {"Cairo", "Egypt Standard Time"},
    {"Chisinau", "E. Europe Standard Time"},
    {"Damascus", "Syria Standard Time"},
    {"Gaza, Hebron", "West Bank Standard Time"},
    {"Harare, Pretoria", "South Africa Standard Time"},
    {"Helsinki, Kyiv, Riga, Sofia, Tallinn, Vilnius", "FLE Standard Time"},
    {"Jerusalem", "Israel Standard Time"},
    {"Juba", "South Sudan Standard Time"},
    {"Kaliningrad", "Kaliningrad Standard Time"},
    {"Khartoum", "Sudan Standard Time"},
    {"Tripoli", "Libya Standard Time"},
    {"Windhoek", "Namibia Standard Time"},
    {"Baghdad", "Arabic Standard Time"},
    {"Istanbul", "Turkey Standard Time"},
    {"Kuwait, Riyadh", "Arab Standard Time"},
    {"Minsk", "Belarus Standard Time"},
    {"Moscow, St. Petersburg", "Russian Standard Time"},
    {"Moscow, St. Petersburg, Volgograd", "Russian Standard Time"},
    {"Nairobi", "E. Africa Standard Time"},
    {"Volgograd", "Volgograd Standard Time"},
    {"Tehran", "Iran Standard Time"},
    {"Abu Dhabi, Muscat", "Arabian Standard Time"},
    {"Astrakhan, Ulyanovsk", "Astrakhan Standard Time"},
    {"Baku", "Azerbaijan Standard Time"},
    {"Izhevsk, Samara", "Russia Time Zone 3"},
    {"Port Louis", "Mauritius Standard Time"},
    {"Saratov", "Saratov Standard Time"},
    {"Tbilisi", "Georgian Standard Time"},
    {"Yerevan", "Caucasus Standard Time"},
    {"Kabul", "Afghanistan Standard Time"},
    {"Ashgabat, Tashkent", "West Asia Standard Time"},
    {"Ekaterinburg", "Ekaterinburg Standard Time"},
    {"Islamabad, Karachi", "Pakistan Standard Time"},
    {"Qyzylorda", "Qyzylorda Standard Time"},
    {"Chennai, Kolkata, Mumbai, New Delhi", "India Standard Time"},
    {"Sri Jayawardenepura", "Sri Lanka Standard Time"},
    {"Kathmandu", "Nepal Standard Time"},
    {"Astana", "Central Asia Standard Time"},
    {"Nur-Sultan", "Central Asia Standard Time"},
    {"Dhaka", "Bangladesh Standard Time"},
    {"Astana, Dhaka", "Bangladesh Standard Time"},
    {"Omsk", "Omsk Standard Time"},
    {"Yangon (Rangoon)", "Myanmar Standard Time"},
    {"Bangkok, Hanoi, Jakarta", "SE Asia Standard Time"},
    {"Barnaul, Gorno-Altaysk", "Altai Standard Time"},
    {"Hovd", "W. Mongolia Standard Time"},
    {"Krasnoyarsk", "North Asia Standard Time"},
    {"Novosibirsk", "N. Central Asia Standard Time"},
    {"Tomsk", "Tomsk Standard Time"},
    {"Beijing, Chongqing, Hong Kong, Urumqi", "China Standard Time"},
    {"Irkutsk", "North Asia East Standard Time"},
    {"Kuala Lumpur, Singapore", "Singapore Standard Time"},
    {"Perth", "W. Australia Standard Time"},
    {"Taipei", "Taipei Standard Time"},
    {"Ulaanbaatar", "Ulaanbaatar Standard Time"},
    {"Eucla", "Aus Central W. Standard Time"},
    {"Chita", "Transbaikal Standard Time"},
    {"Osaka, Sapporo, Tokyo", "Tokyo Standard Time"},
    {"Pyongyang", "North Korea Standard Time"},
    {"Seoul", "Korea Standard Time"},
    {"Yakutsk", "Yakutsk Standard Time"},
    {"Adelaide", "Cen. Australia Standard Time"},
    {"Darwin", "AUS Central Standard Time"},
    {"Brisbane", "E. Australia Standard Time"},
    {"Canberra, Melbourne, Sydney", "AUS Eastern Standard Time"},
    {"Guam, Port Moresby", "West Pacific Standard Time"},
    {"Hobart", "Tasmania Standard Time"},
    {"Vladivostok", "Vladivostok Standard Time"},
    {"Lord Howe Island", "Lord Howe Standard Time"},
    {"Bougainville Island", "Bougainville Standard Time"},
    {"Chokurdakh", "Russia Time Zone 10"},
    {"Magadan", "Magadan Standard Time"},
    {"Norfolk Island", "Norfolk Standard Time"},
    {"Sakhalin", "Sakhalin Standard Time"},
    {"Solomon Is., New Caledonia", "Central Pacific Standard Time"},
    {"Anadyr, Petropavlovsk-Kamchatsky", "Russia Time Zone 11"},
    {"Auckland, Wellington", "New Zealand Standard Time"},
    {"Coordinated Universal Time+12", "UTC+12"},
    {"Fiji", "Fiji Standard Time"},
    {"Chatham Islands", "Chatham Islands Standard Time"},
    {"Coordinated Universal Time+13", "UTC+13"},
    {"Nuku'alofa", "Tonga Standard Time"},
    {"Samoa", "Samoa Standard Time"},
    {"Kiritimati Island", "Line Islands Standard Time"},
};

static gchar *olson_from_windows (const gchar *windows) {
  UChar id[128], olson[128];
  UErrorCode status = U_ZERO_ERROR;
  if (strlen (windows) >= G_N_ELEMENTS (id))
    return NULL;
  u_uastrcpy (id, windows);
  gint32 length = ucal_getTimeZoneIDForWindowsID (id, -1, NULL, olson, G_N_ELEMENTS (olson) - 1, &status);
  if (U_FAILURE (status) || length <= 0)
    return NULL;
  gchar text[128];
  olson[length] = 0;
  return g_strdup (u_austrcpy (text, olson));
}

// The same name in the right case, with spaces as underscores. Only asked when nothing else fits.
static gchar *olson_from_careless (const gchar *name) {
  g_autofree gchar *wanted = g_strdelimit (g_strdup (name), " ", '_');
  UErrorCode status = U_ZERO_ERROR;
  UEnumeration *ids = ucal_openTimeZones (&status);
  gchar *found = NULL;
  const gchar *id;
  while (found == NULL && U_SUCCESS (status) && (id = uenum_next (ids, NULL, &status)) != NULL)
    if (g_ascii_strcasecmp (id, wanted) == 0)
      found = g_strdup (id);
  uenum_close (ids);
  return found;
}

// "(UTC+07:00) Anything", "(GMT+07.00) Anything" of old Outlooks, "UTC+7", "GMT +0700", "+07:00": hours east of
// Greenwich. FALSE if it is none of them.
static gboolean parse_offset (const gchar *name, gint *ret_minutes) {
  const gchar *p = name + (name[0] == '(');
  if (g_ascii_strncasecmp (p, "UTC", 3) == 0 || g_ascii_strncasecmp (p, "GMT", 3) == 0)
    p += 3;
  p += strspn (p, " ");
  if (*p != '+' && *p != '-')
    return FALSE;
  gint sign = *p++ == '-' ? -1 : 1;
  gint digits = 0, value = 0;
  gboolean parted = FALSE;
  for (; g_ascii_isdigit (*p) || ((*p == ':' || *p == '.') && !parted && digits > 0 && digits <= 2); p++) {
    if (!g_ascii_isdigit (*p)) {
      parted = TRUE;
    } else {
      value = value * 10 + (*p - '0');
      if (++digits > 4)
        return FALSE;
    }
  }
  if (digits == 0 || (*p != '\0' && (name[0] != '(' || *p != ')')))
    return FALSE;
  gint minutes = digits <= 2 ? value * 60 : value / 100 * 60 + value % 100;
  *ret_minutes = sign * minutes;
  return minutes <= 14 * 60;
}

static const gchar *windows_from_display (const gchar *name) {
  const gchar *cities = name;
  if (name[0] == '(') {
    cities = strchr (name, ')');
    if (cities == NULL)
      return NULL;
    cities += strspn (cities, ") ");
  }
  g_auto (GStrv) around_and = g_strsplit (cities, " and ", -1); // "(US and Canada)" of some programs
  g_autofree gchar *with_sign = g_strjoinv (" & ", around_and);
  for (guint i = 0; i < G_N_ELEMENTS (DISPLAY_NAMES); i++)
    if (g_ascii_strcasecmp (cities, DISPLAY_NAMES[i].cities) == 0 ||
        g_ascii_strcasecmp (with_sign, DISPLAY_NAMES[i].cities) == 0)
      return DISPLAY_NAMES[i].windows;
  return NULL;
}

static gchar *olson_from_any (const gchar *name) {
  gchar *olson = olson_from_windows (name);
  const gchar *windows = olson == NULL ? windows_from_display (name) : NULL;
  if (windows != NULL)
    olson = olson_from_windows (windows);
  return olson != NULL ? olson : olson_from_careless (name);
}

// "/vendor/more/Area/City": the longest tail that is a zone.
static PoZone *zone_from_vendor (const gchar *name, gchar **ret_olson) {
  for (const gchar *slash = strchr (name, '/'); slash != NULL; slash = strchr (slash + 1, '/')) {
    PoZone *zone = po_zone_from_olson (slash + 1);
    if (zone != NULL) {
      *ret_olson = g_strdup (slash + 1);
      return zone;
    }
  }
  return NULL;
}

PoZone *po_zone_from_name (const gchar *name, PoZoneMatch *ret_match, gchar **ret_olson) {
  *ret_olson = NULL;
  *ret_match = PO_ZONE_EXACT;
  PoZone *zone = po_zone_from_olson (name);
  if (zone != NULL || strlen (name) > 200) {
    *ret_match = zone != NULL ? PO_ZONE_EXACT : PO_ZONE_UNKNOWN;
    *ret_olson = zone != NULL ? g_strdup (name) : NULL;
    return zone;
  }
  *ret_match = PO_ZONE_TRANSLATED;
  if (name[0] == '/')
    zone = zone_from_vendor (name, ret_olson);
  if (zone == NULL && (*ret_olson = olson_from_any (name)) != NULL)
    zone = po_zone_from_olson (*ret_olson);
  if (zone != NULL)
    return zone;
  g_clear_pointer (ret_olson, g_free);
  *ret_match = PO_ZONE_UNKNOWN;
  gint minutes;
  if (!parse_offset (name, &minutes))
    return NULL;
  *ret_match = PO_ZONE_OFFSET;
  *ret_olson = g_strdup_printf ("UTC%c%02d:%02d", minutes < 0 ? '-' : '+', ABS (minutes) / 60, ABS (minutes) % 60);
  return po_zone_from_offset (minutes * 60);
}
