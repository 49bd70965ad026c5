/** A program whose guard comes too late, for the test that must find it. */
import '../../main/domain/result.ts'
import '../../main/platform/guard-core.ts'
