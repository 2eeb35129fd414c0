/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Imports each case of tests/import/corpus and compares the result.
 *
 * import_corpus DIRECTORY: checks every NAME.case and prints a table;
 * import_corpus --show NAME.case: prints the current result.
 *
 * A case is a text: "=== NAME" begins a file of that name, "=== prints" the
 * expected output of `ebond import --print`, "=== says" the expected warnings,
 * one per line, or, for files that must be refused, "refused: " and the error.
 * The machine has eth0 to eth3.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "import/dialects/dialects.h"
#include "import/print.h"
#include "lib/cleanup.h"
#include "lib/read_file.h"

#define MARK "=== "
#define FILES_MAX 16
#define TEXT_MAX 65536

DEFINE_CLEANUP(config, struct config *, config_free)
DEFINE_CLEANUP(import, struct import_model *, import_free)

struct corpus_case {
	char *text;
	size_t count;
	struct import_file files[FILES_MAX];
	const char *prints, *says;
};

/* The result of importing a case. */
struct outcome {
	char prints[TEXT_MAX], says[TEXT_MAX];
};

/* The machine before the first import: every card has its permanent address. */
static const struct import_interface fresh[] = {
	{.name = "eth0", .mac = {2, 0, 0, 0, 0, 0}, .permanent = {2, 0, 0, 0, 0, 0}},
	{.name = "eth1", .mac = {2, 0, 0, 0, 0, 1}, .permanent = {2, 0, 0, 0, 0, 1}},
	{.name = "eth2", .mac = {2, 0, 0, 0, 0, 2}, .permanent = {2, 0, 0, 0, 0, 2}},
	{.name = "eth3", .mac = {2, 0, 0, 0, 0, 3}, .permanent = {2, 0, 0, 0, 0, 3}},
};

/*
 * The machine with the bond running, which has a port's address; the permanent
 * addresses are still known.
 */
static const struct import_interface running[] = {
	{.name = "bond0", .mac = {2, 0, 0, 0, 0, 1}, .is_bond = true},
	{.name = "eth0", .mac = {2, 0, 0, 0, 0, 0}, .permanent = {2, 0, 0, 0, 0, 0}},
	{.name = "eth1", .mac = {2, 0, 0, 0, 0, 1}, .permanent = {2, 0, 0, 0, 0, 1}},
	{.name = "eth2", .mac = {2, 0, 0, 0, 0, 2}, .permanent = {2, 0, 0, 0, 0, 2}},
	{.name = "eth3", .mac = {2, 0, 0, 0, 0, 3}, .permanent = {2, 0, 0, 0, 0, 3}},
};

static void begin_section(struct corpus_case *c, const char *name, const char *text)
{
	if (!strcmp(name, "prints"))
		c->prints = text;
	else if (!strcmp(name, "says"))
		c->says = text;
	else if (c->count < FILES_MAX && strncmp(name, "run:", 4) != 0)
		c->files[c->count++] = (struct import_file){.name = name, .text = text};
}

/* Splits the text in place: a mark's line ends the section before it. */
static int read_case(const char *path, struct corpus_case *c)
{
	size_t length;
	char *line;
	int err = read_file(path, IMPORT_BYTES_MAX, &c->text, &length);

	if (err)
		return err;
	c->prints = c->says = "";
	for (line = c->text; line && !strncmp(line, MARK, strlen(MARK));) {
		char *name = line + strlen(MARK), *end = strchr(name, '\n');

		*line = '\0';
		if (!end)
			break;
		*end = '\0';
		begin_section(c, name, end + 1);
		line = strncmp(end + 1, MARK, strlen(MARK)) ? strstr(end + 1, "\n" MARK) : end + 1;
		if (line && line != end + 1)
			*line++ = '\n';
	}
	for (size_t i = 0; i < c->count; i++)
		c->files[i].length = strlen(c->files[i].text);
	return c->count ? 0 : -EINVAL;
}

static void say_warnings(const struct import_model *model, struct outcome *outcome)
{
	size_t used = 0;

	for (const struct import_warning *w = model->warnings; w && used < TEXT_MAX; w = w->next)
		used += (size_t)snprintf(outcome->says + used, TEXT_MAX - used, "%s\n", w->text);
}

/* Parsing what was printed must give the same configuration. */
static bool is_read_back(const struct config *config, const char *text)
{
	_cleanup_(config) struct config *again = NULL;
	_cleanup_free_ char *difference = NULL;
	struct config_place place;
	struct refusal why;

	if (config_parse(text, strlen(text), &again, &place, &why) < 0)
		return false;
	difference = config_diff(config, again, true);
	return difference && !*difference;
}

static void finish(struct import_model *model, struct outcome *outcome)
{
	_cleanup_(config) struct config *config = NULL;
	_cleanup_free_ char *text = NULL;
	int err = import_finish(model) ?: import_settle(model, NULL, &config);

	say_warnings(model, outcome);
	if (err)
		return;
	text = import_print(model, config);
	snprintf(outcome->prints, TEXT_MAX, "%s", text ?: "");
	if (!text || !is_read_back(config, text))
		snprintf(outcome->says, TEXT_MAX, "the output cannot be read back\n");
}

static void import(const struct corpus_case *c, const struct import_interface *interfaces,
		   size_t count, struct outcome *outcome)
{
	_cleanup_(import) struct import_model *model = import_new();
	int err = 0;

	*outcome = (struct outcome){};
	model->interfaces = interfaces;
	model->interface_count = count;
	for (size_t i = 0; i < c->count && !err; i++)
		err = import_recognised(model, &c->files[i]);
	if (!err)
		finish(model, outcome);
	if (model->why.err)
		snprintf(outcome->says + strlen(outcome->says), TEXT_MAX - strlen(outcome->says),
			 "refused: %s:%u: %s\n", model->fault.file ?: "", model->fault.line,
			 model->why.text);
}

static int show(const char *path)
{
	struct corpus_case c = {};
	static struct outcome now;

	if (read_case(path, &c) < 0)
		return 1;
	import(&c, fresh, 4, &now);
	printf("=== prints\n%s=== says\n%s", now.prints, now.says);
	free(c.text);
	return 0;
}

static const char *verdict(const struct outcome *now)
{
	if (strstr(now->says, "refused: "))
		return "refused";
	return now->says[0] ? "told" : "right";
}

/* Counts per dialect, which is the first part of a name, how cases came out. */
struct tally {
	char dialect[24];
	unsigned int right, told, refused, wrong;
};

static void count(struct tally *tally, const char *said, bool is_wrong)
{
	if (is_wrong)
		tally->wrong++;
	else if (!strcmp(said, "right"))
		tally->right++;
	else if (!strcmp(said, "told"))
		tally->told++;
	else
		tally->refused++;
}

/* Runs one case; false if the result differs from what it expects, or from that of a second run. */
static bool judge(const char *folder, const char *name, struct tally *tally)
{
	static struct outcome first, second;
	struct corpus_case c = {};
	char path[512];
	bool same, stays;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	if (read_case(path, &c) < 0) {
		printf("%s: cannot read\n", name);
		return false;
	}
	import(&c, fresh, sizeof(fresh) / sizeof(fresh[0]), &first);
	import(&c, running, sizeof(running) / sizeof(running[0]), &second);
	same = !strcmp(first.prints, c.prints) && !strcmp(first.says, c.says);
	stays = !strcmp(first.prints, second.prints);
	if (!same)
		printf("%s: result:\n=== prints\n%s=== says\n%s", name, first.prints, first.says);
	if (!stays)
		printf("%s: result of the second run:\n=== prints\n%s=== says\n%s", name,
		       second.prints, second.says);
	count(tally, verdict(&first), !same || !stays);
	free(c.text);
	return same && stays;
}

static int is_case(const struct dirent *entry)
{
	const char *dot = strrchr(entry->d_name, '.');

	return dot && !strcmp(dot, ".case");
}

static void print_tally(const struct tally *t)
{
	if (t->dialect[0])
		printf("%-16s %5u %5u %7u %5u\n", t->dialect, t->right, t->told, t->refused,
		       t->wrong);
}

static int judge_all(const char *folder)
{
	struct dirent **names;
	struct tally tally = {};
	int found = scandir(folder, &names, is_case, alphasort);
	bool good = found > 0;

	printf("%-16s right  told refused wrong\n", "");
	for (int i = 0; i < found; i++) {
		const char *name = names[i]->d_name;
		size_t length = strcspn(name, "-.");

		if (strlen(tally.dialect) != length || strncmp(tally.dialect, name, length) != 0) {
			print_tally(&tally);
			tally = (struct tally){};
			snprintf(tally.dialect, sizeof(tally.dialect), "%.*s", (int)length, name);
		}
		good &= judge(folder, name, &tally);
		free(names[i]);
	}
	print_tally(&tally);
	free(names);
	return good ? 0 : 1;
}

int main(int argc, char **argv)
{
	if (argc == 3 && !strcmp(argv[1], "--show"))
		return show(argv[2]);
	return argc == 2 ? judge_all(argv[1]) : 2;
}
