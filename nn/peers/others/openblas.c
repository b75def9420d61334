/* OpenBLAS's sgemm on one thread, as a contestant. */
#include <cblas.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

extern char *openblas_get_config(void);
extern void openblas_set_num_threads(int);

static double now(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

static float *uniform(size_t n) {
	float *x = malloc(n * sizeof *x);
	for (size_t i = 0; i < n; i++)
		x[i] = rand() / (RAND_MAX / 2.0f) - 1;
	return x;
}

static double product(int m, int k, int n) {
	float *a = uniform((size_t)m * k), *b = uniform((size_t)k * n), *c = uniform((size_t)m * n);
	double took = 0;
	long turns = 0, next = 1;
	do { /* until some turns take 25 ms together */
		turns = next, next *= 2;
		double start = now();
		for (long i = 0; i < turns; i++)
			cblas_sgemm(CblasRowMajor, CblasNoTrans, CblasNoTrans, m, n, k, 1, a, k, b, n, 0, c, n);
		took = now() - start;
	} while (took < 25e6);
	free(a), free(b), free(c);
	return took / turns;
}

int main(void) {
	char line[256];
	openblas_set_num_threads(1);
	while (fgets(line, sizeof line, stdin)) {
		int m, k, n;
		if (strncmp(line, "version", 7) == 0)
			printf("%s\n", openblas_get_config());
		else if (sscanf(line, "product %d %d %d", &m, &k, &n) == 3)
			printf("%f\n", product(m, k, n));
		else
			return 1;
		fflush(stdout);
	}
	return 0;
}
