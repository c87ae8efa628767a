// SPDX-License-Identifier: Apache-2.0
package dev.tailrace.restore;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** The real file system, each of whose operations a test may let fail. */
final class FailingDisk {

    private FailingDisk() {}

    /** Is asked before each operation. */
    interface Hook {
        void before(String operation, String path) throws IOException;
    }

    static Disk failing(Hook hook) {
        return wrap(Disk.class, new LocalDisk(), hook);
    }

    private static <T> T wrap(Class<T> type, T real, Hook hook) {
        return type.cast(Proxy.newProxyInstance(
                type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
                    String path = arguments == null ? "" : arguments[0].toString();
                    try {
                        if (method.getName().equals("close")) {
                            // What fails at the end of a file closes it all the same.
                            method.invoke(real, arguments);
                            hook.before("close", path);
                            return null;
                        }
                        hook.before(method.getName(), path);
                        Object result = method.invoke(real, arguments);
                        return result instanceof Disk.DiskFile file ? wrap(Disk.DiskFile.class, file, hook) : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }
}
