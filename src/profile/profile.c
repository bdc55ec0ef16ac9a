/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "profile/profile.h"

#include "profile/internal.h"

void profile_free(struct profile *profile)
{
	if (!profile)
		return;
	for (size_t i = 0; i < profile->nsources; i++)
		source_free(profile->sources[i]);
	free(profile->sources);
	for (size_t i = 0; i < KEY_COUNT; i++)
		free(profile->slots[i].values);
	strv_free(&profile->files);
	free(profile->name);
	free(profile);
}

const struct value *profile_get(const struct profile *profile, enum key_id key)
{
	const struct slot *slot = &profile->slots[key];

	return slot->count > 0 && !schema_is_list(&schema[key]) ? &slot->values[0] : NULL;
}

void profile_list(const struct profile *profile, enum key_id key, const struct value **values,
		  size_t *count)
{
	*values = profile->slots[key].values;
	*count = profile->slots[key].count;
}

bool profile_flag(const struct profile *profile, enum key_id key)
{
	const struct value *value = profile_get(profile, key);

	return value && value->flag;
}

int64_t profile_number(const struct profile *profile, enum key_id key)
{
	const struct value *value = profile_get(profile, key);

	return value ? value->number : 0;
}

const char *profile_text(const struct profile *profile, enum key_id key)
{
	const struct value *value = profile_get(profile, key);

	return value ? value->text : NULL;
}

const char *profile_name(const struct profile *profile)
{
	return profile->name;
}

const struct strv *profile_files(const struct profile *profile)
{
	return &profile->files;
}
